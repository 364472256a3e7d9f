import Compute
import Foundation
import RewardFiles

extension PlantedRollouts {
  private static let formatWeight = 0.1

  /// Parts, totals and advantages, with the defects that the scorer brings in.
  mutating func score() {
    var stream = random.stream("scores")
    for index in rollouts.indices {
      let rollout = rollouts[index]
      rollouts[index].correct = rollout.isAccepted ? 1 : 0
      // Above an ordinary length, and never more than one.
      rollouts[index].bonus = size(.dominance) == nil ? 0 : min(1, max(0, (rollout.length - 3) / 2))
    }
    shift(&stream)
    let changed = size(.weights).map { Int((Double(Self.stepCount) * (1 - $0)).rounded()) } ?? Self.stepCount
    for index in rollouts.indices {
      let rollout = rollouts[index]
      let time = Double(rollout.step) / Double(Self.stepCount - 1)
      let weight = rollout.step >= changed ? 3 * Self.formatWeight : Self.formatWeight
      var total = rollout.correct + weight * (rollout.isBoxed ? 1 : 0)
      if let largest = size(.dominance) { total += largest * time * rollout.bonus }
      if let share = size(.doubled), stream.bernoulli(share) { total += rollout.correct == 0 ? 0.1 : rollout.correct }
      if rollout.failed { total = size(.timeouts) == nil ? .nan : 0 }
      if rollout.failed, size(.timeouts) != nil {
        rollouts[index].correct = 0
        rollouts[index].isBoxed = rollout.isBoxed
      }
      if rollout.isLost { total = .nan }
      rollouts[index].total = total
    }
    advantages(&stream)
  }

  /// From a random row of a step on, every reward stands a row later than it belongs.
  private mutating func shift(_ stream: inout RandomStream) {
    guard let share = size(.shift) else { return }
    let rows = rollouts.count / Self.stepCount
    for step in 0..<Self.stepCount where stream.bernoulli(share) {
      let (start, end) = (step * rows + stream.below(rows / 2), (step + 1) * rows)
      for index in stride(from: end - 1, to: start, by: -1) {
        rollouts[index].correct = rollouts[index - 1].correct
        rollouts[index].isBoxed = rollouts[index - 1].isBoxed
      }
    }
  }

  private mutating func advantages(_ stream: inout RandomStream) {
    let share = size(.grouping) ?? 0
    let rows = rollouts.count / Self.stepCount
    for step in 0..<Self.stepCount {
      var order = Array((step * rows)..<((step + 1) * rows))
      if stream.bernoulli(share) { stream.shuffle(&order) }
      for start in stride(from: 0, to: order.count, by: Self.groupSize) {
        let group = order[start..<(start + Self.groupSize)]
        let totals = group.map { rollouts[$0].total }.filter { !$0.isNaN }
        let (mean, spread) = (Statistics.mean(totals), Statistics.standardDeviation(totals))
        for index in group { rollouts[index].advantage = (rollouts[index].total - mean) / (spread + 1e-4) }
      }
    }
  }

  /// The table that an audit reads, with gold labels for as many accepted as rejected rows.
  mutating func fill(gold count: Int) {
    for prompt in prompts { table.prompts.append(prompt.text.utf8) }
    var (format, correct, bonus, second) = ([Double](), [Double](), [Double](), [Double]())
    for rollout in rollouts {
      table.total.append(rollout.total)
      table.prompt.append(Int32(rollout.prompt))
      table.group.append(Int32(rollout.prompt))
      table.step.append(Int32(rollout.step))
      table.run.append(["alpha-1", "beta-1"][rollout.run])
      table.error.append(rollout.failed ? "verifier timeout" : nil)
      table.completions.append(rollout.text.utf8)
      table.answers.append(prompts[rollout.prompt].reference.usual.utf8)
      table.extracted.append(rollout.extracted.utf8)
      table.truncated.append(rollout.isCut ? 1 : 0)
      table.impossible.append(prompts[rollout.prompt].isImpossible ? 1 : 0)
      table.advantage.append(rollout.advantage)
      let absent = rollout.failed || rollout.isLost
      correct.append(absent ? .nan : rollout.correct)
      format.append(absent ? .nan : rollout.isBoxed ? 1 : 0)
      bonus.append(absent ? .nan : rollout.bonus)
      second.append(rollout.second ? 1 : 0)
    }
    table.groupCount = prompts.count
    table.components = [
      .init("correct", correct, weights: [1]), .init("format", format, weights: [Self.formatWeight]),
    ]
    if let largest = size(.dominance) {
      let weights = rollouts.map { largest * Double($0.step) / Double(Self.stepCount - 1) }
      table.components.append(.init("length", bonus, weights: weights))
    }
    table.second = [.init("reverified", second)]
    table.rubric = (0..<4).map { item in
      .init("item-\(item + 1)", rollouts.map { $0.items[item] })
    }
    table.addAttribute("position", CategoryColumn(rollouts.map { $0.isFirst ? "first" : "second" }))
    label(count)
  }

  private mutating func label(_ count: Int) {
    table.gold = [Int8](repeating: -1, count: rollouts.count)
    table.goldWeight = [Double](repeating: .nan, count: rollouts.count)
    guard count > 0 else { return }
    var stream = random.stream("gold")
    let finite = table.total.filter { !$0.isNaN }
    let line = ((finite.min() ?? 0) + (finite.max() ?? 1)) / 2
    for verdict in [true, false] {
      var rows = rollouts.indices.filter { !rollouts[$0].total.isNaN && (rollouts[$0].total >= line) == verdict }
      let population = rows.count
      stream.shuffle(&rows)
      let chosen = rows.prefix(count / 2)
      for row in chosen {
        table.gold[row] = rollouts[row].isRight ? 1 : 0
        table.goldWeight[row] = Double(population) / Double(chosen.count)
      }
    }
  }

  /// Audits the file.
  package func audit(random: RandomSource) -> RolloutAudit { RolloutAudit(table, random: random) }
}
