# The 24 households of tests/measures/test_alkire_foster.py by R's survey package
# (Debian: r-cran-survey). Run: Rscript benchmarks/peers/fixture.R
# Prints each figure with the one that the tests hold, and stops where they differ.
suppressPackageStartupMessages(library(survey))

i <- 0:23
d <- data.frame(
  stratum = i %/% 12 + 1,
  psu = i %/% 4 + 1,
  w = c(10, 10, 20, 20, 30, 30)[i %/% 4 + 1] + i %% 4,
  g = ifelse(i %% 2 == 0, "a", "b"),
  x1 = as.numeric((7 * i + 3) %% 5 < 2),
  x2 = as.numeric((5 * i + 1) %% 7 < 3),
  x3 = as.numeric((3 * i + 2) %% 4 < 1),
  x4 = as.numeric((11 * i + 5) %% 6 < 3)
)
x <- paste0("x", 1:4)
d$count <- rowSums(d[x])
d$poor <- as.numeric(d$count >= 2)
d$m0 <- ifelse(d$poor == 1, d$count / 4, 0)
for (name in x) d[[paste0(name, "k")]] <- d[[name]] * d$poor
d$fpc <- ifelse(d$stratum == 1, 10, 20)
d$moved <- ifelse(d$psu == 6, 3, d$stratum)

failed <- 0
compare <- function(what, found, expected, tolerance = 1e-10) {
  found <- as.numeric(found)
  ok <- all(abs(found - expected) <= tolerance)
  if (!ok) failed <<- failed + 1
  cat(sprintf("%-34s %s\n", what, if (ok) "same" else "DIFFERS"))
  if (!ok) print(rbind(found, expected), digits = 12)
}
both <- function(what, estimate, value, se) {
  compare(what, coef(estimate), value)
  compare(paste(what, "SE"), SE(estimate), se)
}

s <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = d)
both("N poor", svytotal(~poor, s), 279, 78.892331693264)
both("H", svymean(~poor, s), 0.540697674419, 0.099562247241)
both("M0", svymean(~m0, s), 0.322674418605, 0.051751232250)
both("A", svyratio(~m0, ~poor, s), 0.596774193548, 0.046024923171)
both("hd", svymean(~ x1 + x2 + x3 + x4, s),
     c(.374031007752, .401162790698, .255813953488, .542635658915),
     c(.064763115484, .057607676391, .000637377665, .103529318579))
both("hdk", svymean(~ x1k + x2k + x3k + x4k, s),
     c(.288759689922, .356589147287, .232558139535, .412790697674),
     c(.055938328286, .068793301876, .023998602198, .115013435286))
for (name in x) d[[paste0(name, "c")]] <- d[[paste0(name, "k")]] / 4
s <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = d)
both("contributions", svyratio(~ x1c + x2c + x3c + x4c, ~m0, s),
     c(.223723723724, .276276276276, .180180180180, .319819819820),
     c(.032251905047, .035345285237, .021931266993, .050143523272))
both("H by g", svyby(~poor, ~g, s, svymean), c(.634920634921, .450757575758),
     c(.137017647032, .142812080540))
by_g <- svyby(~m0, ~g, s, svymean, covmat = TRUE)
both("M0 by g", by_g, c(.371031746032, .276515151515), c(.069985463457, .094943573776))
compare("covariance of M0 a and b", vcov(by_g)[1, 2], -.00172312730465)
compare("H, t interval", confint(svymean(~poor, s), df = degf(s)),
        c(.264268560404, .817126788434))
compare("H, logit interval", confint(svyciprop(~poor, s, method = "logit", df = degf(s))),
        c(.278897035757, .781809496494), 1e-8)
compare("H, simple random sample SE",
        SE(svymean(~poor, svydesign(id = ~1, data = d, weights = rep(1, 24)))), .104257207029)
f <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, fpc = ~fpc, data = d)
compare("M0, fpc SE", SE(svymean(~m0, f)), .044711631114)
m <- svydesign(id = ~psu, strata = ~moved, weights = ~w, data = d)
for (policy in c("certainty", "adjust", "average")) {
  options(survey.lonely.psu = policy)
  expected <- c(certainty = .054279001325, adjust = .054347445873, average = .066477928497)
  compare(paste("M0, lonely unit,", policy, "SE"), SE(svymean(~m0, m)), expected[[policy]])
}
if (failed > 0) stop(failed, " figures differ")
