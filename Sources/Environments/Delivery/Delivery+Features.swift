extension Delivery {
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
