# Figures of R's survey package for the samples that random_designs.py has drawn.
# Run by it: Rscript random_designs.R FOLDER; reads FOLDER/*-sample.csv, writes *-figures.csv and,
# for samples with replicates, *-replicates.csv and *-scales.csv.
suppressPackageStartupMessages(library(survey))
options(warn = -1)  # of replicates that it leaves out
folder <- commandArgs(trailingOnly = TRUE)[1]
x <- paste0("x", 1:4)
xk <- paste0(x, "k")

sum_of <- function(names) as.formula(paste("~", paste(names, collapse = " + ")))

for (file in list.files(folder, "-sample.csv$", full.names = TRUE)) {
  d <- read.csv(file)
  kind <- d$kind[1]
  options(survey.lonely.psu = if (kind %in% c("certainty", "adjust", "average")) kind else "fail")
  s <- svydesign(id = ~psu, strata = ~strata, weights = ~weight, nest = TRUE, data = d,
                 fpc = if (kind %in% c("fpc", "average")) ~fpc else NULL)
  if (kind %in% c("JKn", "BRR", "Fay", "subbootstrap")) {
    more <- switch(kind, Fay = list(fay.rho = 0.3), subbootstrap = list(replicates = 40), list())
    s <- do.call(as.svrepdesign, c(list(s, type = kind, mse = TRUE), more))
    w <- weights(s, type = "analysis")
    colnames(w) <- paste0("replicate_", seq_len(ncol(w)))
    write.csv(w, sub("-sample", "-replicates", file), row.names = FALSE)
    write.csv(data.frame(scale = s$scale * s$rscales), sub("-sample", "-scales", file),
              row.names = FALSE)
  }
  rows <- list()
  add <- function(group, measure, indicator, found) {
    rows[[length(rows) + 1]] <<- data.frame(
      group = group, measure = measure, indicator = indicator,
      estimate = as.numeric(coef(found)), se = as.numeric(SE(found)))
  }
  for (group in c("all", sort(unique(d$g)))) {
    part <- if (group == "all") s else subset(s, g == group)
    add(group, "poor", "", svytotal(~poor, part))
    add(group, "H", "", svymean(~poor, part))
    add(group, "M0", "", svymean(~m0, part))
    add(group, "hd", x, svymean(sum_of(x), part))
    add(group, "hdk", x, svymean(sum_of(xk), part))
    if (any(part$variables$poor == 1)) {
      add(group, "A", "", svyratio(~m0, ~poor, part))
      add(group, "pctb", x, svyratio(sum_of(paste0(xk, "c")), ~m0, part))
    }
    if (kind %in% c("plain", "fpc")) {
      df <- degf(part)
      bounds <- confint(svymean(~m0, part), df = df)
      rows[[length(rows) + 1]] <- data.frame(
        group = group, measure = c("df", "M0 t lower", "M0 t upper"), indicator = "",
        estimate = c(df, bounds), se = NA)
    }
  }
  write.csv(do.call(rbind, rows), sub("-sample", "-figures", file), row.names = FALSE)
}
