import Compute
import Environments
import Feedback
import Rewards

/// Seconds for the four uncertainties of 100,000 transitions, by the reward ensemble that runs have by default, after 200
/// answers about clips of 50 steps; and for making what answers them, once.
func measureUncertainty(_ options: Options) throws {
  let count = try options.count("transitions", default: 100_000)
  let random = RandomSource(seed: 0)
  let specification = worldOfTwentyThreeInputs()
  let encoding = try TransitionEncoding(RewardInputs(), specification: specification)
  var model = try RewardModel(
    RewardModelSettings(members: try options.count("members", default: 5)),
    encoding: encoding, random: random)
  var choices = ChoiceSet(encoding)
  var stream = random.stream("benchmark/segments")
  for _ in 0..<200 {
    let pair = (0..<2).map { _ in segment(of: specification, steps: 50, &stream) }
    try choices.append(Choice(options: pair.map { .init($0) }, picked: Int(stream.next32() & 1)))
  }
  let trainer = try RewardTrainer(RewardTrainingSettings(epochs: 5))
  try trainer.train(&model, on: choices, random: random)

  let making = Stopwatch()
  let uncertainty = try RewardUncertainty(
    model, answers: choices, training: trainer.settings, random: random.child("uncertainty"))
  let made = making.seconds
  let asked = segment(of: specification, steps: count, &stream)
  var known = 0
  let (calls, seconds) = try repeated(seconds: try options.number("seconds", default: 4)) {
    let numbers = asked.withTransitionRows(specification) { uncertainty.transitions($0) }
    known = numbers.distributional.count { $0 != nil }
  }
  guard known == count else { throw Complaint(text: "\(known) of \(count) transitions have a p-value") }
  try finish(
    UncertaintyReport(
      transitions: count, seconds: seconds.cpu / Double(calls), wall: seconds.wall / Double(calls), making: made.cpu))
}

private struct UncertaintyReport: Encodable {
  var transitions: Int
  /// Processor seconds of one call.
  var seconds: Double
  var wall: Double
  /// Processor seconds to make what answers, once for a trained reward.
  var making: Double
}
