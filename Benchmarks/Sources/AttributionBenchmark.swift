import Audits
import Compute
import Environments
import Feedback
import Rewards

/// Seconds to share out a learned reward's payments among features at 100,000 transitions, and by how much shares miss what they
/// share out, for a reward of one network as the library makes it, after 200 answers.
func measureAttributions(_ options: Options) throws {
  let count = try options.count("transitions", default: 100_000)
  let random = RandomSource(seed: 0)
  var reports: [AttributionReport] = []
  for id in ["pactolus/Pendulum-v1", "pactolus/CartPole-v1", "pactolus/Acrobot-v1"] {
    let entry = try EnvironmentRegistry.standard.entry(id)
    let clips = entry.randomClips(400, steps: 50, random: random.child("clips"))
    var model = try RewardModel(RewardModelSettings(), specification: entry.specification, random: random)
    var choices = ChoiceSet(model.encoding)
    for pair in stride(from: 0, to: clips.count - 1, by: 2) {
      // Where random clips all earn the same, the one that ends higher is the better one.
      let first = clips[pair].trueReturn + Double(clips[pair].observations.last ?? 0)
      let second = clips[pair + 1].trueReturn + Double(clips[pair + 1].observations.last ?? 0)
      try choices.append(
        Choice(options: [.init(clips[pair]), .init(clips[pair + 1])], picked: first >= second ? 0 : 1))
    }
    try RewardTrainer(RewardTrainingSettings(epochs: 30)).train(&model, on: choices, random: random)
    let width = model.encoding.width
    var rows: [Float] = []
    var more = 0
    while rows.count < count * width {
      for clip in entry.randomClips(200, steps: 200, random: random.child("asked", more)) {
        try model.encoding.append(clip, to: &rows)
      }
      more += 1
    }
    rows.removeLast(rows.count - count * width)
    let baseline = (0..<width).map { column in
      Float(stride(from: column, to: rows.count, by: width).reduce(0.0) { $0 + Double(rows[$1]) } / Double(count))
    }
    let features = ExplainedFeature.features(of: model.encoding, in: entry.specification)
    for method in [AttributionMethod.integratedGradients, .gradientTimesInput] {
      var gap: Double?
      let (calls, seconds) = try repeated(seconds: try options.number("seconds", default: 2)) {
        gap = try Attributions(ExplainedScore(model), rows, features: features, baseline: baseline, method: method).gap
      }
      reports.append(
        AttributionReport(
          world: id, method: method.rawValue, members: model.members, transitions: count,
          seconds: seconds.cpu / Double(calls), gap: gap))
    }
  }
  try finish(reports)
}

private struct AttributionReport: Encodable {
  var world: String
  var method: String
  var members: Int
  var transitions: Int
  /// Processor seconds of one call.
  var seconds: Double
  /// By how much shares miss the change of the reward, as a share of it.
  var gap: Double?
}
