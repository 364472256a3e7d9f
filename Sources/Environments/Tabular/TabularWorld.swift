/// An environment's exact table, with what links the table to the environment: what each state shows, and named
/// features of each transition in which its reward is linear.
public struct TabularWorld: Sendable {
  /// The world's table.
  public let mdp: TabularMDP
  /// [stateCount × observation size]: what the environment's observation is in each state.
  public let observations: [Float]
  /// Numbers in an observation row.
  public let observationSize: Int
  /// A name for each feature of a transition.
  public let featureNames: [String]
  /// [stateCount × actionCount × feature count]: expected features of each action in each state.
  public let features: [Double]
  /// One weight for each feature: `mdp.rewards` is features · weights.
  public let trueWeights: [Double]

  /// A world by its table and what is seen of it.
  public init(
    mdp: TabularMDP, observations: [Float], observationSize: Int, featureNames: [String], features: [Double],
    trueWeights: [Double]
  ) {
    precondition(observations.count == mdp.stateCount * observationSize, "one observation for each state")
    precondition(
      features.count == mdp.stateCount * mdp.actionCount * featureNames.count, "one feature vector for each action")
    precondition(trueWeights.count == featureNames.count, "one weight for each feature")
    self.mdp = mdp
    self.observations = observations
    self.observationSize = observationSize
    self.featureNames = featureNames
    self.features = features
    self.trueWeights = trueWeights
  }

  /// The reward on (state, action) under these weights of the features.
  public func rewards(weights: [Double]) -> [Double] {
    precondition(weights.count == featureNames.count, "one weight for each feature")
    return (0..<mdp.stateCount * mdp.actionCount).map { row in
      var sum = 0.0
      for (index, weight) in weights.enumerated() { sum += weight * features[row * weights.count + index] }
      return sum
    }
  }
}
