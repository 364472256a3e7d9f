import Audits
import Compute
import Environments
import Feedback
import Foundation
import Rewards

extension InspectedRun {
  /// What the policy saw at the explained steps: [rows × observation size].
  var observationRows: [Float] {
    let size = specification.observationSpace.count
    var result: [Float] = []
    for (episode, step) in places { result += episodes[episode].observations[step * size..<(step + 1) * size] }
    return result
  }

  /// Where the explained steps are.
  var places: [(episode: Int, step: Int)] {
    let total = episodes.reduce(0) { $0 + $1.count }
    let stride = max(1, (total + settings.steps - 1) / settings.steps)
    var (result, place) = ([(episode: Int, step: Int)](), 0)
    for (number, episode) in episodes.enumerated() {
      for step in 0..<episode.count {
        if place % stride == 0 { result.append((number, step)) }
        place += 1
      }
    }
    return result
  }

  /// The reward in words, by what its world and its people have names for.
  func distilled() throws -> DistilledReward {
    let (names, table) = namedTable()
    let rewards = try ExplainedScore(run.reward).values(rows)
    return try DistilledReward(
      rewards, features: table, names: names, groups: pieces, random: random.child("distilled"))
  }

  /// Runs of explained steps: the episodes, or, where there are few of them, parts of a segment's length.
  var pieces: [Range<Int>] {
    guard groups.count < 9 else { return groups }
    let length = max(1, run.settings.feedback.segmentLength)
    return groups.flatMap { group in
      stride(from: group.lowerBound, to: group.upperBound, by: length).map { $0..<min($0 + length, group.upperBound) }
    }
  }

  /// Named features at the explained steps, the sizes of those that take both signs, and the actions.
  func namedTable() -> (names: [String], table: Matrix) {
    // Of an image no pixel has a name that helps.
    let own = run.entry.features
    let chosen = specification.image == nil ? NamedFeature.all(own, of: specification) : own
    var columns: [(name: String, values: [Double])] = []
    let places = places
    for feature in chosen {
      let byEpisode = episodes.map { feature.values(of: $0) }
      let values = places.map { byEpisode[$0.episode][$0.step] }
      guard values.allSatisfy(\.isFinite), Set(values.prefix(1000)).count > 1 else { continue }
      columns.append((feature.name, values))
      if values.contains(where: { $0 < 0 }), values.contains(where: { $0 > 0 }) {
        columns.append(("size of \(feature.name)", values.map(abs)))
      }
    }
    let rowSize = specification.actionSpace.rowSize
    switch specification.actionSpace {
    case .discrete(let actions):
      for (number, action) in actions.enumerated() {
        let values = places.map { Int(episodes[$0.episode].actions[$0.step]) == number ? 1.0 : 0 }
        if Set(values).count > 1 { columns.append(("action “\(action)”", values)) }
      }
    case .continuous:
      for component in 0..<rowSize {
        let values = places.map { Double(episodes[$0.episode].actions[$0.step * rowSize + component]) }
        let name = rowSize == 1 ? "action" : "action \(component + 1)"
        columns += [(name, values), ("size of \(name)", values.map(abs))]
      }
    }
    var table = Matrix(rows: places.count, columns: columns.count)
    for (column, feature) in columns.enumerated() {
      for row in places.indices { table[row, column] = feature.values[row] }
    }
    return (columns.map(\.name), table)
  }

  /// Who answered each question, by its number from 1.
  var persons: [Int: (kind: String, person: String)] {
    Dictionary(
      record.questions.map { ($0.asked.query + 1, ($0.asked.kind, $0.given?.person ?? "")) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Every clip of an answer that counts.
  func judgedClips() throws -> [Inspection.Clip] {
    var firstQuestion: [Int: Int] = [:]
    for question in record.questions where question.counts {
      for clip in question.asked.segments + (question.given?.segments ?? []) where firstQuestion[clip] == nil {
        firstQuestion[clip] = question.asked.query + 1
      }
    }
    let numbers = firstQuestion.keys.sorted()
    let segments = try record.segments(numbers)
    let evaluator = RewardEvaluator(run.reward)
    return zip(numbers, segments).compactMap { number, segment in
      let clip = segment.trajectory
      guard clip.count > 0, encoding.problem(with: clip) == nil else { return nil }
      let (rewards, deviations) = evaluated(clip, evaluator)
      return Inspection.Clip(
        clip: number, question: firstQuestion[number] ?? 0, steps: clip.count, reward: Statistics.mean(rewards),
        disagreement: run.reward.members > 1 ? Statistics.mean(deviations) : nil)
    }
  }

  /// Reward of each step, and the members' deviation.
  func evaluated(_ clip: Trajectory, _ evaluator: RewardEvaluator) -> (rewards: [Double], deviations: [Double]) {
    var (rewards, deviations) = (
      [Float](repeating: 0, count: clip.count), [Float](repeating: 0, count: clip.count)
    )
    clip.withTransitionRows(specification) { rows in
      var target = rewards.mutableSpan
      var spread = deviations.mutableSpan
      evaluator.evaluate(rows, into: &target, disagreement: &spread)
    }
    return (rewards.map(Double.init), deviations.map(Double.init))
  }
}
