import Compute
import Environments
import Feedback
import Foundation
import PactolusTesting
import Testing

/// Orders in which clips share a place, against all weak orders there are, listed and weighed here by their definition.
@Suite("Orders with ties")
struct RankingTiesTests {
  private let person = PersonModel(
    rationality: 1.5, lapse: 0.04, discount: 0.9, tieThreshold: 0.4, sideBias: 0.3, lengthBias: 0.1)
  private let clips = [[1, 2], [1, 0], [0, 1, 2], [3, 4]].map { RingWorld.clip($0) }

  /// All weak orders of so many things: every way to give them heights, up to the heights themselves.
  private func weakOrders(_ count: Int) -> Set<[[Int]]> {
    var orders: Set<[[Int]]> = []
    for code in 0..<Int(pow(Double(count), Double(count))) {
      let heights = (0..<count).map { code / Int(pow(Double(count), Double($0))) % count }
      orders.insert(Set(heights).sorted(by: >).map { height in (0..<count).filter { heights[$0] == height } })
    }
    return orders
  }

  /// Utilities by their definition, at a multiple of the rewards.
  private func utilities(_ count: Int, _ scale: Double) -> [Double] {
    clips.prefix(count).enumerated().map { place, clip in
      let value = clip.rewards.enumerated().reduce(0) { $0 + pow(0.9, Double($1.offset)) * Double($1.element) }
      return 1.5 * scale * value + (place == 0 ? 0.3 : 0) + 0.1 * Double(clip.count)
    }
  }

  /// The probability of an order: place by place, the set's weight among those of `sizes(left, its own)`.
  private func probability(_ order: [[Int]], _ u: [Double], sizes: (_ left: Int, _ own: Int) -> ClosedRange<Int>)
    -> Double
  {
    let tie = exp(0.4) - 1
    func weight(_ set: [Int]) -> Double {
      pow(tie, Double(set.count - 1)) * exp(set.map { u[$0] }.reduce(0, +) / Double(set.count))
    }
    var left = Array(u.indices)
    return order.reduce(1) { product, set in
      let sets = (1..<1 << left.count).map { mask in left.indices.filter { mask >> $0 & 1 == 1 }.map { left[$0] } }
        .filter { sizes(left.count, set.count).contains($0.count) }
      let share = weight(set) / sets.map(weight).reduce(0, +)
      left.removeAll { set.contains($0) }
      return product * (sets.count == 1 ? 1 : 0.96 * share + 0.04 / Double(sets.count))
    }
  }

  private func grounded(_ order: [[Int]], ties: Bool, clips: [Trajectory], scale: Double) throws -> Double {
    let question = Question(clips, details: Ranking.Details(ties: ties))
    let answer = Answer(Ranking.Order(groups: order))
    let world = try RingWorld.world()
    try Ranking.check(answer, to: question, in: world)
    let judge = RewardRespondent(person) { clip in clip.rewards.map { scale * Double($0) } }
    return FeedbackKindContract.probability(
      try Ranking.ground(answer, to: question, in: world, person: person)
    ) { judge.probabilities($0) }
  }

  @Test("where ties are offered, all weak orders of three and of four sum to 1, each as its definition says")
  func offered() throws {
    for (count, orders) in [(3, 13), (4, 75)] {
      let all = weakOrders(count)
      #expect(all.count == orders)
      for scale in [0, 0.5, 2, 10] {
        let u = utilities(count, scale)
        var sum = 0.0
        for order in all {
          let p = try grounded(order, ties: true, clips: Array(clips.prefix(count)), scale: scale)
          #expect(abs(p - probability(order, u) { left, _ in 1...left }) < 1e-6, "\(order) at scale \(scale)")
          sum += p
        }
        #expect(abs(sum - 1) < 1e-9, "\(count) clips at scale \(scale)")
      }
      let question = Question(Array(clips.prefix(count)), details: Ranking.Details(ties: true))
      let listed = try #require(Ranking.possibleAnswers(to: question, in: RingWorld.world())?.first)
      #expect(Set(listed.map(\.content.groups)) == all && listed.count == orders)
    }
  }

  @Test(
    "where they are not, the weak orders with the same numbers of clips sum to 1; without ties they are Plackett–Luce")
  func manner() throws {
    for count in [3, 4] {
      for scale in [0, 0.5, 2] {
        let u = utilities(count, scale)
        for (sizes, orders) in Dictionary(grouping: weakOrders(count), by: { $0.map(\.count) }) {
          var sum = 0.0
          for order in orders {
            let p = try grounded(order, ties: false, clips: Array(clips.prefix(count)), scale: scale)
            #expect(abs(p - probability(order, u) { _, own in own...own }) < 1e-6, "\(order) at scale \(scale)")
            sum += p
          }
          #expect(abs(sum - 1) < 1e-9, "\(sizes) at scale \(scale)")
        }
      }
    }
  }

  @Test("the best two with ties: every answer that reaches two places, and they sum to 1")
  func top() throws {
    let question = Question(clips, details: Ranking.Details(top: 2, ties: true))
    let world = try RingWorld.world()
    let answers = try #require(Ranking.possibleAnswers(to: question, in: world)?.first)
    #expect(answers.allSatisfy { (2...4).contains($0.content.groups.joined().count) })
    let judge = RewardRespondent(person)
    let sum = try answers.reduce(0) {
      $0
        + FeedbackKindContract.probability(try Ranking.ground($1, to: question, in: world, person: person)) {
          judge.probabilities($0)
        }
    }
    #expect(abs(sum - 1) < 1e-9)
  }

  @Test("two clips of equal worth are called equal as often as in a comparison")
  func likeComparison() throws {
    let person = PersonModel(tieThreshold: 0.4)
    let same = [RingWorld.clip([1, 2]), RingWorld.clip([1, 2])]
    let judge = RewardRespondent(person)
    let ranked = try Ranking.ground(
      Answer(.init(groups: [[0, 1]])), to: Question(same, details: .init(ties: true)), in: RingWorld.world(),
      person: person)
    let compared = try PairComparison.ground(
      .init(.tie), to: Question(same, details: .init(strengths: false)), person: person)
    let p = FeedbackKindContract.probability(ranked) { judge.probabilities($0) }
    #expect(abs(p - FeedbackKindContract.probability(compared) { judge.probabilities($0) }) < 1e-6)
    #expect(abs(p - tanh(0.2)) < 1e-6)
  }

  @Test("the density of sketches integrates to 1: on a grid of curves, against the manner of one who draws any of them")
  func sketches() throws {
    let clip = RingWorld.clip([1, 2, 3, 4])
    let question = Question([clip], details: RewardSketch.Details())
    let world = try RingWorld.world()
    let heights = [0, 0.02, 0.5, 0.52, 1]
    for scale in [0, 1, 5] {
      let judge = RewardRespondent(person) { clip in clip.rewards.map { Double(scale) * Double($0) } }
      /// By the numbers of steps that share a place: curves drawn that way, and the sum of what they are worth.
      var curves: [[Int]: Int] = [:]
      var sums: [[Int]: Double] = [:]
      for code in 0..<125 {
        let curve = [code / 25, code / 5 % 5, code % 5].map { heights[$0] }
        // Two percent of a range of at least half are within the margin of 5 %; of a range of two percent they are not.
        let range = curve.max()! - curve.min()!
        var order: [[Int]] = []
        for step in [0, 1, 2].sorted(by: { curve[$0] == curve[$1] ? $0 < $1 : curve[$0] > curve[$1] }) {
          if let best = order.last?.first, curve[best] - curve[step] <= 0.05 * range {
            order[order.count - 1].append(step)
          } else {
            order.append([step])
          }
        }
        let sizes = order.map(\.count)
        let choices = RewardSketch.ground(
          Answer(.init(values: curve)), to: question, in: world, person: person)
        curves[sizes, default: 0] += 1
        sums[sizes, default: 0] += FeedbackKindContract.probability(choices) { judge.probabilities($0) }
      }
      #expect(curves.keys.count == 4)
      for (sizes, sum) in sums {
        // The density against drawing evenly among the curves of this manner is P times the number of orders of it.
        let orders = weakOrders(3).count { $0.map(\.count) == sizes }
        #expect(abs(sum * Double(orders) / Double(curves[sizes] ?? 0) - 1) < 1e-9, "\(sizes) at scale \(scale)")
      }
    }
  }

  @Test(
    "a question stored before ties could be offered is read, and written as it was; too many in one place are refused")
  func stored() throws {
    let old = try JSONDecoder().decode(Ranking.Details.self, from: Data("{}".utf8))
    #expect(old == Ranking.Details())
    #expect(String(decoding: try JSONEncoder().encode(old), as: UTF8.self) == "{}")
    let tied = Ranking.Details(top: 2, ties: true)
    #expect(try JSONDecoder().decode(Ranking.Details.self, from: JSONEncoder().encode(tied)) == tied)
    let many = [Trajectory](repeating: clips[0], count: 30)
    let world = try RingWorld.world()
    expectProblem("15 of 30 clips share a place") {
      try Ranking.check(
        Answer(.init(groups: [Array(0..<15)])), to: Question(many, details: .init()), in: world)
    }
    expectProblem("ties are offered among 30") {
      try Ranking.check(Answer(.init(groups: [[0]])), to: Question(many, details: .init(ties: true)), in: world)
    }
  }
}
