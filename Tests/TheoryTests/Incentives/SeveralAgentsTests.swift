import Compute
import Testing
import Theory

/// Reasoning patterns and equilibria; right values are those of PyCID's tests and of textbooks.
@Suite("Diagrams of several agents")
struct SeveralAgentsTests {
  private func patterns(
    _ edges: [(String, String)], decisions: [(agent: String, names: [String])],
    utilities: [(agent: String, names: [String])]
  ) throws -> [String: [ReasoningPatterns.Pattern]] {
    let diagram = try InfluenceDiagram(name: "game", edges: edges, decisions: decisions, utilities: utilities)
    let found = try ReasoningPatterns(diagram).patterns
    return Dictionary(uniqueKeysWithValues: found.map { (diagram.nodes[$0].name, $1) })
  }

  private let owners = (
    decisions: [(agent: "1", names: ["D1"]), (agent: "2", names: ["D2"])],
    utilities: [(agent: "1", names: ["U1"]), (agent: "2", names: ["U2"])]
  )

  @Test("a decision that only informs one's own has no motive of its own")
  func direct() throws {
    let found = try patterns(
      [("D1", "U"), ("D2", "D1")], decisions: [("1", ["D1", "D2"])], utilities: [("1", ["U"])])
    #expect(found == ["D1": [.directEffect], "D2": []])
  }

  @Test("manipulation, signalling, revealing or denying: each where PyCID's tests have it, and no other")
  func patterns() throws {
    let manipulation = try patterns(
      [("D1", "U2"), ("D1", "D2"), ("D2", "U1"), ("D2", "U2")], decisions: owners.decisions,
      utilities: owners.utilities)
    #expect(manipulation == ["D1": [.manipulation], "D2": [.directEffect]])
    let signalling = try patterns(
      [("X", "U1"), ("X", "U2"), ("X", "D1"), ("D1", "D2"), ("D2", "U1"), ("D2", "U2")], decisions: owners.decisions,
      utilities: owners.utilities)
    #expect(signalling == ["D1": [.signalling], "D2": [.directEffect]])
    let revealing = try patterns(
      [("D1", "X2"), ("X1", "X2"), ("X2", "D2"), ("D2", "U1"), ("D2", "U2"), ("X1", "U2")],
      decisions: owners.decisions, utilities: owners.utilities)
    #expect(revealing == ["D1": [.revealingOrDenying], "D2": [.directEffect]])
  }

  @Test("without a utility that the other's decision changes, sending a signal is idle, and so is everything before it")
  func idle() throws {
    // D2 sees D1 and changes nothing that anybody wants.
    let found = try patterns(
      [("X", "D1"), ("D1", "D2"), ("X", "U1"), ("X", "U2")], decisions: owners.decisions, utilities: owners.utilities)
    #expect(found == ["D1": [], "D2": []])
  }

  private func game(_ first: [Double], _ second: [Double]) throws -> DiagramGame {
    try DiagramGame(
      InfluenceDiagram(nodes: [
        .decision("A", outcomes: ["0", "1"], agent: "1"), .decision("B", outcomes: ["0", "1"], agent: "2"),
        .utility("U1", parents: ["A", "B"], table: first, agent: "1"),
        .utility("U2", parents: ["A", "B"], table: second, agent: "2"),
      ]))
  }

  @Test("prisoner's dilemma: one equilibrium, (−2, −2)")
  func dilemma() throws {
    let game = try DiagramGame(InfluenceDiagram(example: "prisoners-dilemma"))
    let pure = game.pureEquilibria()
    #expect(pure == [[1, 1]] && game.payoffs(at: pure[0]) == [-2, -2])
    let mixed = try MixedEquilibria(game)
    #expect(mixed.equilibria.map(\.payoffs) == [[-2, -2]] && !mixed.isDegenerate)
  }

  @Test("battle of the sexes: three equilibria, two of them pure, the third .6/.4 and .4/.6")
  func battle() throws {
    // Gains 3 and 2 for meeting at one's favourite, or at the other's.
    let game = try game([3, 0, 0, 2], [2, 0, 0, 3])
    #expect(game.pureEquilibria() == [[0, 0], [1, 1]])
    let mixed = try MixedEquilibria(game)
    #expect(mixed.equilibria.count == 3 && !mixed.isDegenerate)
    let third = try #require(mixed.equilibria.first { !$0.mixtures[0].contains(1) })
    for (found, right) in zip(third.mixtures.joined(), [0.6, 0.4, 0.4, 0.6]) { #expect(abs(found - right) < 1e-12) }
  }

  @Test("matching pennies: no pure equilibrium, and one mixed, half and half")
  func pennies() throws {
    let game = try game([1, -1, -1, 1], [-1, 1, 1, -1])
    #expect(game.pureEquilibria().isEmpty)
    let mixed = try MixedEquilibria(game)
    #expect(mixed.equilibria.count == 1)
    #expect(mixed.equilibria[0].mixtures.joined().allSatisfy { abs($0 - 0.5) < 1e-12 })
  }

  @Test("where an agent does not care there are ties: the corners of the sets of equilibria are found, four here")
  func ties() throws {
    let mixed = try MixedEquilibria(game([0, 0, 0, 0], [1, 0, 0, 1]))
    #expect(mixed.isDegenerate)
    let found = Set(mixed.equilibria.map(\.mixtures))
    #expect(found == [[[1, 0], [1, 0]], [[0, 1], [0, 1]], [[0.5, 0.5], [1, 0]], [[0.5, 0.5], [0, 1]]])
  }

  /// PyCID's example and what its test counts. By hand: taxi 2 sees taxi 1. Where taxi 1 goes to the expensive hotel, taxi 2
  /// goes to the cheap one, whatever it would do otherwise: two pure equilibria. Taxi 1 goes to the cheap one as long as
  /// taxi 2 would follow it to the expensive one with 2/3 or more: 2p + 5(1 − p) ≤ 3. That set has two ends, one of them
  /// mixed, where one agent plays one policy and the other two.
  @Test("two taxis: three pure equilibria, and the end of a set where one agent mixes two policies against one")
  func taxis() throws {
    let diagram = try InfluenceDiagram(
      yaml: """
        decisions:
          first: {agent: taxi 1, outcomes: [e, c]}
          second: {agent: taxi 2, parents: [first], outcomes: [e, c]}
        utilities:
          u1: {agent: taxi 1, parents: [first, second], table: [2, 5, 3, 1]}
          u2: {agent: taxi 2, parents: [first, second], table: [2, 3, 5, 1]}
        """)
    let game = try DiagramGame(diagram)
    #expect(game.policies.map(\.count) == [2, 4])
    // Policies of taxi 2: what it does where the first chose e, then where it chose c.
    let mixed = try MixedEquilibria(game)
    #expect(game.pureEquilibria().count == 3 && mixed.equilibria.count == 4 && mixed.isDegenerate)
    let pure = Set(mixed.equilibria.map(\.mixtures).filter { $0[1].contains(1) })
    #expect(pure == [[[1, 0], [0, 0, 1, 0]], [[1, 0], [0, 0, 0, 1]], [[0, 1], [1, 0, 0, 0]]])
    let last = try #require(mixed.equilibria.first { !$0.mixtures[1].contains(1) })
    #expect(last.mixtures[0] == [0, 1])
    for (found, right) in zip(last.mixtures[1], [2 / 3.0, 0, 1 / 3.0, 0]) { #expect(abs(found - right) < 1e-12) }
    for (found, right) in zip(last.payoffs, [3.0, 5]) { #expect(abs(found - right) < 1e-12) }
  }

  @Test("all 256 games of two times two policies and gains of 0 and 1: whatever is an equilibrium lies between corners")
  func corners() throws {
    let grid = (0...6).map { Double($0) / 6 }
    for code in 0..<256 {
      let gains = (0..<8).map { Double(code >> $0 & 1) }
      let (first, second) = (Array(gains[..<4]), Array(gains[4...]))
      let mixed = try MixedEquilibria(game(first, second))
      func best(_ values: [Double]) -> Set<Int> { Set((0..<2).filter { values[$0] >= values.max()! - 1e-9 }) }
      func replies(toSecond y: Double) -> Set<Int> {
        best((0..<2).map { first[2 * $0] * y + first[2 * $0 + 1] * (1 - y) })
      }
      func replies(toFirst x: Double) -> Set<Int> { best((0..<2).map { second[$0] * x + second[2 + $0] * (1 - x) }) }
      func support(_ p: Double) -> Set<Int> { p == 1 ? [0] : p == 0 ? [1] : [0, 1] }
      func isEquilibrium(_ x: Double, _ y: Double) -> Bool {
        replies(toSecond: y).isSuperset(of: support(x)) && replies(toFirst: x).isSuperset(of: support(y))
      }
      let corners = mixed.equilibria.map { ($0.mixtures[0][0], $0.mixtures[1][0]) }
      #expect(corners.allSatisfy { isEquilibrium($0.0, $0.1) })
      for x in grid {
        for y in grid where isEquilibrium(x, y) {
          let fitting = corners.map(\.0).filter { isEquilibrium($0, y) }
          #expect((fitting.min() ?? 2) <= x + 1e-9 && (fitting.max() ?? -1) >= x - 1e-9)
        }
      }
    }
  }

  @Test("in random games every equilibrium found is one, pure ones are all there, and some equilibrium is found")
  func random() throws {
    var random = RandomSource(seed: 7).stream("games")
    for _ in 0..<30 {
      let outcomes = ["0", "1", "2"]
      let tables = (0..<2).map { _ in (0..<9).map { _ in random.normal() } }
      let diagram = try InfluenceDiagram(nodes: [
        .decision("A", outcomes: outcomes, agent: "1"), .decision("B", outcomes: outcomes, agent: "2"),
        .utility("U1", parents: ["A", "B"], table: tables[0], agent: "1"),
        .utility("U2", parents: ["A", "B"], table: tables[1], agent: "2"),
      ])
      let game = try DiagramGame(diagram)
      let mixed = try MixedEquilibria(game)
      // Wilson's oddness theorem: almost every game has an odd number of equilibria.
      #expect(mixed.equilibria.count % 2 == 1)
      #expect(mixed.equilibria.count { $0.mixtures.allSatisfy { $0.contains(1) } } == game.pureEquilibria().count)
      for equilibrium in mixed.equilibria {
        let (x, y) = (equilibrium.mixtures[0], equilibrium.mixtures[1])
        for other in 0..<3 {
          let first = (0..<3).reduce(0) { $0 + y[$1] * tables[0][other * 3 + $1] }
          let second = (0..<3).reduce(0) { $0 + x[$1] * tables[1][$1 * 3 + other] }
          #expect(first <= equilibrium.payoffs[0] + 1e-9 && second <= equilibrium.payoffs[1] + 1e-9)
        }
      }
    }
  }

  @Test("policies that see something are played out: in the signalling example a separating equilibrium exists")
  func signals() throws {
    let game = try DiagramGame(InfluenceDiagram(example: "signals"))
    #expect(game.policies.map(\.count) == [4, 4])
    // Quiet when low, loud when high; buy when loud: the sender gains ½ · 2, the receiver ½ · 1.
    let separating = game.pureEquilibria().contains {
      game.words(game.policies[0][$0[0]]) == "message: quiet if low; loud if high"
        && game.words(game.policies[1][$0[1]]) == "buy: no if quiet; yes if loud"
        && game.payoffs(at: $0) == [1, 0.5]
    }
    #expect(separating)
    let sender = try InfluenceDiagram(example: "signals")
    #expect(try ReasoningPatterns(sender).patterns[sender.index(of: "message")] == [.signalling])
  }

  @Test("one agent's incentives hold the other's policy fixed, and an agent must be named")
  func views() throws {
    let diagram = try InfluenceDiagram(example: "signals")
    #expect(throws: InputError.self) { try Incentives(in: diagram) }
    let receiver = try Incentives(in: diagram, agent: "receiver")
    #expect(Set(receiver.nodes(.valueOfInformation)) == ["quality", "message"])
    #expect(throws: InputError.self) { try Incentives(in: diagram, agent: "nobody") }
  }
}
