"""What a test suite needs to try an implementation of the law: extra ``testing``.

Strategies draw tables, oracles give the answers slowly, and laws say what must hold of any
implementation: they take the functions that they check, so that another one can stand in the
place of `multidim_poverty.classify` or of `multidim_poverty.review`.
"""

from multidim_poverty.errors import optional_imports

with optional_imports():
    from multidim_poverty.testing.class_laws import CLASS_LAWS, check_class_laws
    from multidim_poverty.testing.drawn_standards import standards
    from multidim_poverty.testing.events import event_streams
    from multidim_poverty.testing.fold_laws import (
        FOLD_LAWS,
        LIST_LAWS,
        check_fold_laws,
        check_list_laws,
    )
    from multidim_poverty.testing.frames import households, members, rosters
    from multidim_poverty.testing.holes import with_missing
    from multidim_poverty.testing.machine import ReviewMachine
    from multidim_poverty.testing.matrices import (
        ClassInputs,
        boundary_households,
        class_inputs,
        deprivation_matrices,
    )
    from multidim_poverty.testing.missing_laws import (
        determined_classes_survive_completion,
        undetermined_classes_are_open,
    )
    from multidim_poverty.testing.monotone_laws import (
        more_deprivations_never_help,
        more_income_never_hurts,
    )
    from multidim_poverty.testing.oracle import (
        classify_one,
        deprivations_one,
        oracle_classify,
        oracle_deprivations,
    )
    from multidim_poverty.testing.planted_faults import PlantedFault, invalid_households
    from multidim_poverty.testing.reference import Review, play
    from multidim_poverty.testing.representation_laws import (
        column_order_does_not_matter,
        dtypes_do_not_matter,
        index_does_not_matter,
        inputs_are_not_changed,
    )
    from multidim_poverty.testing.row_laws import (
        concatenation_changes_nothing,
        households_stand_alone,
        order_of_rows_does_not_matter,
        replication_changes_nothing,
    )

__all__ = [
    "CLASS_LAWS",
    "FOLD_LAWS",
    "LIST_LAWS",
    "ClassInputs",
    "PlantedFault",
    "Review",
    "ReviewMachine",
    "boundary_households",
    "check_class_laws",
    "check_fold_laws",
    "check_list_laws",
    "class_inputs",
    "classify_one",
    "column_order_does_not_matter",
    "concatenation_changes_nothing",
    "deprivation_matrices",
    "deprivations_one",
    "determined_classes_survive_completion",
    "dtypes_do_not_matter",
    "event_streams",
    "households",
    "households_stand_alone",
    "index_does_not_matter",
    "inputs_are_not_changed",
    "invalid_households",
    "members",
    "more_deprivations_never_help",
    "more_income_never_hurts",
    "oracle_classify",
    "oracle_deprivations",
    "order_of_rows_does_not_matter",
    "play",
    "replication_changes_nothing",
    "rosters",
    "standards",
    "undetermined_classes_are_open",
    "with_missing",
]


def __dir__() -> list[str]:
    return __all__
