extension Delivery {
  static let entry = EnvironmentEntry(
    Delivery(), tabular: table, features: features, returns: KnownReturns(reference: 42),
    preset: SettingsPreset(
      name: "pactolus/Delivery-v0",
      summary: "Finds the goal from nearly everywhere; takes many answers, as each of 92 cells must be seen.",
      values: settings))

  private static let table: TabularWorld = {
    do { return try Delivery().tabular() } catch { preconditionFailure("only a wrong discount is refused: \(error)") }
  }()

  /// A linear reward on the cell's one-hot code is any reward on cells.
  private static let settings = [
    "run.steps": "600000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.stepsPerRollout": "256", "ppo.minibatchSize": "256",
    "ppo.learningRate": "0.001", "ppo.discount": "0.95", "ppo.entropyCoefficient": "0.1", "reward.hidden": "[]",
    "reward.normalizeInputs": "false", "reward.learningRate": "0.003",
    "reward.initialEpochMultiplier": "5", "feedback.comparisons": "2000", "feedback.initialShare": "0.5",
    "feedback.segmentLength": "30", "feedback.explorationShare": "0.5", "person.temperature": "10",
  ].merging(SettingsPreset.placeOnly) { $1 }

  /// The features that the task's reward is made of, by their names in the data.
  static let features: [NamedFeature] = featureNames.enumerated().map { index, name in
    let board = DeliveryBoard()
    let costs: Set = ["gas", "sheep", "roadblock", "mud"]
    let synonyms = ["gas": ["moves", "energy"], "coin": ["coins"], "roadblock": ["roadblocks"]]
    return NamedFeature(
      name: name, synonyms: synonyms[name] ?? [], summary: "how many of it the move meets",
      isCost: costs.contains(name)
    ) { observation, _, next in
      let cells = DeliveryBoard.size * DeliveryBoard.size
      guard let from = (0..<cells).first(where: { observation[$0] > 0.5 }),
        let to = (0..<cells).first(where: { next[$0] > 0.5 })
      else { return 0 }
      return board.features(from: from, to: to)[index]
    }
  }
}
