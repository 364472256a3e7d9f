import Compute
import Environments
import Feedback
import Rewards

/// How long it takes to bound a learned reward of 2 × 64 units over boxes of ± 0.1 deviations around random transitions, and
/// how far what is proved lies above the best that was found, as a share of the reward's range over random behaviour.
func measureBounds(_ options: Options) throws {
  let boxes = try options.count("boxes", default: 50)
  let nodes = try options.count("nodes", default: 61)
  let random = RandomSource(seed: 0)
  var reports: [BoundsReport] = []
  for id in ["pactolus/Pendulum-v1", "pactolus/CartPole-v1", "pactolus/Acrobot-v1"] {
    for (members, activation) in [(1, Activation.relu), (1, .tanh), (3, .relu)] {
      let entry = try EnvironmentRegistry.standard.entry(id)
      let clips = entry.randomClips(400, steps: 50, random: random.child("clips"))
      let model = try trained(entry, clips, members: members, activation: activation, random: random)
      let reward = try BoundedNetwork(model)
      var rows: [Float] = []
      for clip in clips { try model.encoding.append(clip, to: &rows) }
      let width = model.encoding.width
      let values = reward.values(at: rows, count: rows.count / width)
      let range = values.max()! - values.min()!
      let reach = deviations(rows, width).map { Float(0.1 * $0) }
      var draws = random.stream("boxes")
      var report = BoundsReport(world: id, members: members, activation: activation.rawValue, range: range)
      for _ in 0..<boxes {
        let row = draws.below(rows.count / width)
        // Whether an action was taken is not a matter of deviations.
        let discrete = model.encoding.discreteActions.map {
          model.encoding.observationSize..<model.encoding.observationSize + $0
        }
        let box = InputBox(
          around: Array(rows[row * width..<(row + 1) * width]),
          reach: reach.indices.map { discrete?.contains($0) ?? false ? 0 : reach[$0] })
        let watch = Stopwatch()
        let largest = BoxSearch(nodes: nodes, tolerance: 0.1 * range).maximum(of: reward, over: box, random: &draws)
        report.take(
          milliseconds: watch.seconds.cpu * 1000, gap: (largest.proved - largest.found) / range, largest.nodes)
      }
      reports.append(report)
    }
  }
  try finish(reports)
}

/// A reward that has learned from comparisons by the true returns of these clips.
private func trained(
  _ entry: EnvironmentEntry, _ clips: [Trajectory], members: Int, activation: Activation, random: RandomSource
) throws -> RewardModel {
  var model = try RewardModel(
    RewardModelSettings(hidden: [64, 64], activation: activation, members: members),
    specification: entry.specification, random: random)
  var choices = ChoiceSet(model.encoding)
  for pair in stride(from: 0, to: clips.count - 1, by: 2) {
    try choices.append(
      Choice(
        options: [.init(clips[pair]), .init(clips[pair + 1])],
        picked: clips[pair].trueReturn >= clips[pair + 1].trueReturn ? 0 : 1))
  }
  try RewardTrainer(RewardTrainingSettings(epochs: 30)).train(&model, on: choices, random: random)
  return model
}

/// The standard deviation of each column.
private func deviations(_ rows: [Float], _ width: Int) -> [Double] {
  let count = Double(rows.count / width)
  return (0..<width).map { column in
    let values = stride(from: column, to: rows.count, by: width).map { Double(rows[$0]) }
    let mean = values.reduce(0, +) / count
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
  }
}

private struct BoundsReport: Encodable {
  var world: String
  var members: Int
  var activation: String
  /// Of the reward over random behaviour.
  var range: Double
  var boxes = 0
  /// Of one box, ascent and proof.
  var meanMilliseconds = 0.0
  var largestMilliseconds = 0.0
  /// Proved less found, as a share of the range.
  var meanGap = 0.0
  var largestGap = 0.0
  var largestNodes = 0

  mutating func take(milliseconds: Double, gap: Double, _ nodes: Int) {
    meanMilliseconds = (meanMilliseconds * Double(boxes) + milliseconds) / Double(boxes + 1)
    meanGap = (meanGap * Double(boxes) + gap) / Double(boxes + 1)
    boxes += 1
    largestMilliseconds = max(largestMilliseconds, milliseconds)
    largestGap = max(largestGap, gap)
    largestNodes = max(largestNodes, nodes)
  }
}
