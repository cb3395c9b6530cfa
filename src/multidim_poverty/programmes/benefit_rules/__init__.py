"""Rules of benefits: their files, typed models and language of conditions."""
