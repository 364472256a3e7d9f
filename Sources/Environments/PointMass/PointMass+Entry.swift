extension PointMass {
  /// The expert always arrives, which is all that an episode can earn. Uniform play, 500 episodes each in Python: 0.074 ±
  /// 0.023 from the training start (37 arrive, none crashes), −0.68 ± 0.22 from the other (none arrives, 34 crash).
  var entry: EnvironmentEntry {
    EnvironmentEntry(self, returns: KnownReturns(reference: 1, bounds: -10...1)).guided(by: guidance)
      .paying("1 on reaching the goal, −10 on reaching the trap; either ends the episode").referring(to: "the expert")
  }

  private var guidance: Guidance {
    Guidance(
      goal: "Bring the point into the goal's disc, and never into the trap's.",
      legend: [
        Guidance.Sign(.disc, .agent, "the point"), Guidance.Sign(.disc, .goal, "where it is to go"),
        Guidance.Sign(.disc, .danger, "the trap: ten times as bad as the goal is good"),
      ],
      unsure: "Choose the one that keeps clear of the trap, then the one that gets nearer to the goal.",
      example: { expert(State(x: Double($0[0]), y: Double($0[1]))) })
  }
}
