import Compute
import Foundation
import RewardFiles

/// Made-up rollouts of which everything is known: 2,000 prompts, each with eight completions, fifty prompts to a step; two runs, a verifier
/// with two parts of the reward, a second verifier, a rubric, 400 gold labels drawn by verdict.
///
/// Prompts have a difficulty, runs an ability that grows with the steps. Answers are whole numbers, fractions and decimals; a
/// quarter of the right ones are written in another form than the reference. Written from the documentation of the checks,
/// without their code.
package struct PlantedRollouts: Sendable {
  package var table = RolloutTable()

  struct Rollout {
    var prompt: Int
    var step: Int
    var run: Int
    var isRight: Bool
    var isAccepted = false
    var second = false
    var form = AnswerForm.usual
    var length = 0.0
    var text = ""
    var answer = ""
    var extracted = ""
    var isBoxed = true
    var isEmpty = false
    var isConstant = false
    var isInjected = false
    var hasPhrase = false
    var isCut = false
    var failed = false
    var isLost = false
    var isShort = false
    var isFirst = true
    var correct = 0.0
    var total = 0.0
    var bonus = 0.0
    var advantage = 0.0
    var items: [Double] = []
  }

  struct Prompt {
    var text: String
    var reference: AnswerValueMade
    var difficulty: Double
    var isImpossible: Bool
  }

  package static let stepCount = 40
  package static let groupSize = 8

  let defect: RolloutDefect?
  let strength: PlantedStrength
  let kind: RolloutFileKind
  let random: RandomSource
  var prompts: [Prompt] = []
  var rollouts: [Rollout] = []

  /// The size of this defect, if it is the one.
  func size(_ wanted: RolloutDefect) -> Double? { defect == wanted ? wanted.size(strength) : nil }

  package init(
    prompts count: Int = 2000, defect: RolloutDefect? = nil, strength: PlantedStrength = .middle,
    kind: RolloutFileKind = .clean, gold: Int = 400, random: RandomSource
  ) {
    (self.defect, self.strength, self.kind, self.random) = (defect, strength, kind, random)
    for index in 0..<count {
      var stream = random.stream("prompt", index)
      prompts.append(makePrompt(index, &stream))
      let step = index * Self.stepCount / count
      for member in 0..<Self.groupSize { rollouts.append(makeRollout(index, step, member, &stream)) }
    }
    judge()
    score()
    fill(gold: gold)
  }

  private func makePrompt(_ index: Int, _ stream: inout RandomStream) -> Prompt {
    let reference = AnswerValueMade.draw(&stream)
    let names = ["apples", "litres", "miles", "points", "tiles", "coins"]
    let name = names[stream.below(names.count)]
    var text =
      "Problem \(index + 1). A store has \(3 + stream.below(900)) \(name) and sells \(2 + stream.below(90)) of them in \(2 + stream.below(9)) equal parts. "
      + "How large is what the question asks for? Put your final answer in \\boxed{}."
    if let share = size(.leak), stream.bernoulli(share) { text += " [expected answer: \(reference.usual)]" }
    return Prompt(text: text, reference: reference, difficulty: 1.2 * stream.normal(), isImpossible: index % 20 == 7)
  }

  /// The share right that is aimed at, from 0 at the first step to 1 at the last.
  private func aim(_ time: Double) -> Double {
    if let fall = size(.exploited) {
      // Up for a third of the run, down for another, then level.
      return time < 0.35 ? 0.4 + 0.3 * time : max(0.02, 0.505 - fall * min(1, (time - 0.35) / 0.35))
    }
    if size(.dominance) != nil { return 0.3 }
    return kind == .twin ? 0.3 + 0.45 * time : 0.22 + 0.14 * time
  }

  private func makeRollout(_ prompt: Int, _ step: Int, _ member: Int, _ stream: inout RandomStream) -> Rollout {
    let time = Double(step) / Double(Self.stepCount - 1)
    // One run in each half of a group would mix runs within groups: runs alternate by prompt.
    let run = prompt % 2
    let wanted = aim(time)
    let ability = log(wanted / (1 - wanted)) * 1.3 + (run == 0 ? 0.25 : -0.25)
    let isRight = !prompts[prompt].isImpossible && stream.bernoulli(1 / (1 + exp(prompts[prompt].difficulty - ability)))
    var rollout = Rollout(prompt: prompt, step: step, run: run, isRight: isRight)
    // Wrong completions are a little longer; those of a twin grow with the steps.
    rollout.length = 3 + 0.4 * stream.normal() + (isRight ? 0 : 0.15) + (kind == .twin ? 0.6 * time : 0)
    if size(.dominance) != nil { rollout.length += 0.8 * time * stream.uniform() }
    rollout.isShort = stream.bernoulli(0.25)
    rollout.isCut = stream.bernoulli(size(.truncation) ?? 0.03)
    if rollout.isCut { (rollout.isRight, rollout.isShort) = (false, false) }
    if rollout.isShort { rollout.length = 1.5 }
    rollout.isBoxed = stream.bernoulli(kind == .twin ? min(1, 0.4 + 1.5 * time) : 0.93)
    if stream.bernoulli(0.02) {
      (rollout.isEmpty, rollout.isRight, rollout.isBoxed, rollout.isCut) = (true, false, false, false)
    } else if stream.bernoulli(0.03) {
      (rollout.isConstant, rollout.isRight, rollout.isBoxed, rollout.isCut) = (true, false, true, false)
    } else if defect == .injection, stream.bernoulli(0.06) {
      rollout.isInjected = true
      if stream.bernoulli(0.7) { rollout.isRight = false }
    }
    // A reply of nothing, or of one box, is as short as it looks, and has no phrase.
    if rollout.isEmpty || rollout.isConstant { rollout.length = 1.5 }
    rollout.hasPhrase = stream.bernoulli(0.2) && !rollout.isEmpty && !rollout.isConstant
    let hard = prompts[prompt].difficulty > 0.6
    rollout.failed = stream.bernoulli((size(.timeouts) ?? 0.002) * (hard ? 2.5 : 0.35))
    rollout.isLost = stream.bernoulli(size(.lost) ?? 0)
    rollout.isFirst = stream.bernoulli(0.5)
    rollout.form = stream.bernoulli(0.25) ? .other : .usual
    write(&rollout, &stream)
    let quality = (rollout.isRight ? 1 : 0) + 0.8 * stream.normal()
    rollout.items = (0..<4).map { item in
      if item == 3, let differing = size(.rubric) { return stream.bernoulli(differing) ? 1 : 0 }
      return 0.7 * quality + stream.normal() > 0.5 ? 1 : 0
    }
    return rollout
  }

  /// The verdicts of both verifiers: the truth with errors.
  private mutating func judge() {
    var stream = random.stream("verdicts")
    let spread = 0.4
    // Whole groups that share one verdict.
    let share = size(.collapse) ?? 0
    let alike = prompts.map { _ in stream.bernoulli(share) ? (stream.bernoulli(0.3) ? 1 : 0) : -1 }
    for index in rollouts.indices {
      let rollout = rollouts[index]
      let time = Double(rollout.step) / Double(Self.stepCount - 1)
      let isImpossible = prompts[rollout.prompt].isImpossible
      // An honest verifier overlooks 3 in 1000 wrong answers, none of the impossible, empty or cut-off ones.
      var wrongAccepted = isImpossible || rollout.isEmpty || rollout.isCut || rollout.isConstant ? 0 : 0.003
      var rightRejected = 0.005
      if let rate = size(.falsePositives) { wrongAccepted = rate }
      if let rate = size(.phrase) { wrongAccepted = rollout.hasPhrase ? min(1, rate / 0.15) : 0 }
      if let rate = size(.ranks), rollout.run == 1 { wrongAccepted = rate }
      if let rate = size(.impossible), isImpossible { wrongAccepted = rate }
      if let rate = size(.injection), rollout.isInjected { wrongAccepted = rate }
      if let rate = size(.empty), rollout.isEmpty { wrongAccepted = rate }
      if let rate = size(.constant), rollout.isConstant { wrongAccepted = rate }
      if let slope = size(.length) { wrongAccepted = 1 / (1 + exp(2.6 - slope * (rollout.length - 3.15) / spread)) }
      if size(.exploited) != nil { wrongAccepted = max(wrongAccepted, exploitedRate(time)) }
      if let rate = size(.falseNegatives) { rightRejected = rate }
      if let rate = size(.forms), rollout.form == .other { rightRejected = min(1, rate / 0.25) }
      if let bias = size(.position) {
        let half = bias / 2
        if rollout.isFirst { wrongAccepted += half * 1.4 } else { rightRejected += half * 1.4 * 2 }
      }
      var verdict = rollout.isRight ? !stream.bernoulli(rightRejected) : stream.bernoulli(wrongAccepted)
      if let rate = size(.inverted), stream.bernoulli(rate) { verdict.toggle() }
      if let rate = size(.second), stream.bernoulli(rate) { verdict.toggle() }
      if alike[rollout.prompt] >= 0 {
        verdict = alike[rollout.prompt] == 1
        rollouts[index].isBoxed = true
      }
      if let rate = size(.flaky), stream.bernoulli(rate) { verdict.toggle() }
      rollouts[index].isAccepted = verdict
      rollouts[index].second = stream.bernoulli(0.006) != rollout.isRight
    }
    makeRepeatsAlike()
  }

  /// How many wrong completions are accepted when acceptance is to follow the twin's curve.
  private func exploitedRate(_ time: Double) -> Double {
    let (accepted, right) = (0.3 + 0.45 * time, aim(time))
    return max(0.003, min(0.95, (accepted - right) / (1 - right)))
  }

  /// The same completion of the same prompt gets the same verdict, unless verdicts are flaky or turned.
  private mutating func makeRepeatsAlike() {
    guard defect != .flaky, defect != .inverted else { return }
    var known: [String: Bool] = [:]
    for index in rollouts.indices where !rollouts[index].text.isEmpty {
      let key = "\(rollouts[index].prompt)\n\(rollouts[index].text)"
      if let verdict = known[key] {
        rollouts[index].isAccepted = verdict
      } else {
        known[key] = rollouts[index].isAccepted
      }
    }
  }
}
