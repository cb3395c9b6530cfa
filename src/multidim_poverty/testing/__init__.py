"""What a test suite needs to try an implementation of the law: extra ``testing``.

Strategies draw tables, oracles give the answers slowly, and laws say what must hold of any
implementation: they take the functions that they check, so that another one can stand in the
place of `multidim_poverty.classify` or of `multidim_poverty.review`.
"""

from multidim_poverty.errors import optional_imports

with optional_imports():
    from multidim_poverty.testing import vectors
    from multidim_poverty.testing.boundary_classes import boundary_households
    from multidim_poverty.testing.boundary_surveys import SurveyInputs, boundary_rosters
    from multidim_poverty.testing.class_laws import CLASS_LAWS, check_class_laws
    from multidim_poverty.testing.correctness import classes_are_those_of_the_standard
    from multidim_poverty.testing.drawn_standards import standards
    from multidim_poverty.testing.eligibility_laws import (
        ELIGIBILITY_LAWS,
        check_eligibility_laws,
    )
    from multidim_poverty.testing.eligibility_oracle import oracle_eligible
    from multidim_poverty.testing.entitlement_tables import (
        EligibilityInputs,
        boundary_entitlements,
    )
    from multidim_poverty.testing.events import event_streams
    from multidim_poverty.testing.fold_laws import (
        FOLD_LAWS,
        LIST_LAWS,
        check_fold_laws,
        check_list_laws,
    )
    from multidim_poverty.testing.frames import households, members, rosters
    from multidim_poverty.testing.holes import with_missing
    from multidim_poverty.testing.json_calls import over_json
    from multidim_poverty.testing.machine import ReviewMachine
    from multidim_poverty.testing.matrices import (
        ClassInputs,
        class_inputs,
        deprivation_matrices,
    )
    from multidim_poverty.testing.measure_laws import MEASURE_LAWS, check_measure_laws
    from multidim_poverty.testing.measure_oracle import oracle_measures
    from multidim_poverty.testing.measure_tables import MeasureInputs, measure_inputs
    from multidim_poverty.testing.missing_laws import (
        determined_classes_survive_completion,
        undetermined_classes_are_open,
    )
    from multidim_poverty.testing.monotone_laws import (
        more_deprivations_never_help,
        more_income_never_hurts,
    )
    from multidim_poverty.testing.movement_laws import (
        MovementInputs,
        check_movement_laws,
        movement_inputs,
    )
    from multidim_poverty.testing.movement_oracle import oracle_flows
    from multidim_poverty.testing.oracle import (
        classify_one,
        deprivations_one,
        oracle_assess,
        oracle_classify,
        oracle_deprivations,
    )
    from multidim_poverty.testing.planted_faults import PlantedFault, invalid_households
    from multidim_poverty.testing.points_laws import (
        boundary_points,
        check_points_laws,
        points_class_one,
    )
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
    from multidim_poverty.testing.scenario_laws import SCENARIO_LAWS, check_scenario_laws
    from multidim_poverty.testing.survey_laws import check_assess_laws, check_indicator_laws
    from multidim_poverty.testing.table_laws import TABLE_LAWS

__all__ = [
    "CLASS_LAWS",
    "ELIGIBILITY_LAWS",
    "FOLD_LAWS",
    "LIST_LAWS",
    "MEASURE_LAWS",
    "SCENARIO_LAWS",
    "TABLE_LAWS",
    "ClassInputs",
    "EligibilityInputs",
    "MeasureInputs",
    "MovementInputs",
    "PlantedFault",
    "Review",
    "ReviewMachine",
    "SurveyInputs",
    "boundary_entitlements",
    "boundary_households",
    "boundary_points",
    "boundary_rosters",
    "check_assess_laws",
    "check_class_laws",
    "check_eligibility_laws",
    "check_fold_laws",
    "check_indicator_laws",
    "check_list_laws",
    "check_measure_laws",
    "check_movement_laws",
    "check_points_laws",
    "check_scenario_laws",
    "class_inputs",
    "classes_are_those_of_the_standard",
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
    "measure_inputs",
    "members",
    "more_deprivations_never_help",
    "more_income_never_hurts",
    "movement_inputs",
    "oracle_assess",
    "oracle_classify",
    "oracle_deprivations",
    "oracle_eligible",
    "oracle_flows",
    "oracle_measures",
    "order_of_rows_does_not_matter",
    "over_json",
    "play",
    "points_class_one",
    "replication_changes_nothing",
    "rosters",
    "standards",
    "undetermined_classes_are_open",
    "vectors",
    "with_missing",
]


def __dir__() -> list[str]:
    return __all__
