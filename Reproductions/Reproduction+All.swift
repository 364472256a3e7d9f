extension Reproduction {
  /// All of them, in the order of the list; one line each.
  public static let all: [Reproduction] = [
    .starc,
    .starcMonteCarlo,
    .epicGridworld,
    .goodhart,
    .twoStateOrders,
    .feedbackKinds,
    .feedbackMixture,
    .implicitPreferences,
    .proxyReward,
    .tomatoes,
    .shift,
    .caution,
    .deepCaution,
    .request,
    .overoptimization,
    .uncertainty,
    .agentsAndDevices,
    .goalVerdicts,
    .coinTwin,
    .misgeneralisation,
    .hypotheticalLevels,
    .inducedShift,
    .plantedCauses,
    .offPolicy,
  ]
}
