import Compute
import Environments
import Feedback
import Rewards

/// Optimisation steps per second of a reward ensemble by the trainer that runs use: 5 members, 64 pairs × 2 segments ×
/// 50 steps, 23 inputs. One step trains all members on all pairs.
func measureEnsemble(_ options: Options) throws {
  let hidden = try options.count("hidden", default: 256)
  let random = RandomSource(seed: 0)
  let specification = worldOfTwentyThreeInputs()
  var model = try RewardModel(
    RewardModelSettings(
      hidden: [hidden, hidden], activation: .relu,
      inputs: RewardInputs(observation: true, action: true, nextObservation: false, termination: false),
      members: try options.count("members", default: 5), normalizeInputs: false),
    specification: specification, random: random)
  var choices = ChoiceSet(model.encoding)
  var stream = random.stream("benchmark/segments")
  for _ in 0..<64 {
    let pair = (0..<2).map { _ in segment(of: specification, steps: 50, &stream) }
    try choices.append(
      PairComparison.ground(
        Comparison(first: pair[0], second: pair[1]), stream.next32() & 1 == 0 ? .first : .second,
        details: PairComparison.Details(strengths: false, ties: false)))
  }
  let trainer = try RewardTrainer(
    RewardTrainingSettings(batch: 64, learningRate: 3e-4, weightDecay: 0, bootstrap: false))

  let perCall = hidden > 100 ? 5 : 40
  let before = try trainer.train(&model, on: choices, epochs: 1, random: random).loss
  var after = before
  let (calls, seconds) = try repeated(seconds: try options.number("seconds", default: 4)) {
    after = try trainer.train(&model, on: choices, epochs: perCall, random: random).loss
  }
  guard after < before else { throw Complaint(text: "the loss rose from \(before) to \(after)") }
  let steps = calls * perCall
  try finish(SpeedReport(rate: Double(steps) / seconds.cpu, steps: steps, wall: seconds.wall, cpu: seconds.cpu))
}

/// As many inputs as HalfCheetah has: 17 observed, 6 for the action.
func worldOfTwentyThreeInputs() -> EnvironmentSpecification {
  let unbounded = Box(low: Array(repeating: -.infinity, count: 17), high: Array(repeating: .infinity, count: 17))
  let torques = Box(low: Array(repeating: -1, count: 6), high: Array(repeating: 1, count: 6))
  return EnvironmentSpecification(
    id: "benchmark/TwentyThree", summary: "Random numbers", observationSpace: unbounded,
    observationNames: (0..<17).map { "number \($0)" }, actionSpace: .continuous(torques), maximumEpisodeSteps: 50,
    canTerminate: false, source: "this benchmark")
}

/// Random numbers for steps.
func segment(of specification: EnvironmentSpecification, steps: Int, _ stream: inout RandomStream) -> Trajectory {
  Trajectory(
    observationSize: 17, actionRowSize: 6, observations: (0..<(steps + 1) * 17).map { _ in Float(stream.normal()) },
    actions: (0..<steps * 6).map { _ in Float(stream.normal()) }, rewards: Array(repeating: 0, count: steps),
    terminated: false, truncated: false, start: nil)
}
