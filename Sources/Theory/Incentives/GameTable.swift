import Compute

/// What several agents have to do with one another in a diagram: why each decision matters, and the equilibria of small
/// games, as values for a table or JSON.
package struct GameTable: Sendable, Encodable {
  package struct Motive: Sendable, Encodable {
    package let decision: String
    package let agent: String
    package let patterns: [ReasoningPatterns.Pattern]
  }

  /// A choice with its probability, given what is known.
  package struct Equilibrium: Sendable, Encodable {
    /// For each agent its policies in words, with their probabilities; those of probability zero are left out.
    package let policies: [String: [String: Double]]
    package let utilities: [String: Double]
    package let isPure: Bool
  }

  package let motives: [Motive]?
  package let equilibria: [Equilibrium]?
  /// Whether there may be more equilibria than those found.
  package let mayHaveMore: Bool
  package let whyNotAll: String?

  package init(_ diagram: InfluenceDiagram, limit: Int = DiagramInference.standardLimit) {
    var reason: String?
    func attempt<Value>(_ body: () throws -> Value) -> Value? {
      do { return try body() } catch {
        reason = reason ?? ((error as? InputError)?.problem ?? "\(error)")
        return nil
      }
    }
    motives = attempt { try ReasoningPatterns(diagram) }.map { found in
      diagram.decisions().map {
        Motive(
          decision: diagram.nodes[$0].name, agent: diagram.nodes[$0].kind.agent!, patterns: found.patterns[$0] ?? [])
      }
    }
    let game = diagram.nodes.allSatisfy { $0.table == nil } ? nil : attempt { try DiagramGame(diagram, limit: limit) }
    var found: [Equilibrium]?
    var isOpen = false
    if let game {
      if game.agents.count == 2, let mixed = attempt({ try MixedEquilibria(game) }) {
        isOpen = mixed.isDegenerate
        found = mixed.equilibria.map { Equilibrium($0.mixtures, $0.payoffs, game) }
      } else {
        isOpen = true
        found = game.pureEquilibria().map { profile in
          let mixtures = zip(profile, game.policies).map { chosen, all in all.indices.map { $0 == chosen ? 1.0 : 0 } }
          return Equilibrium(mixtures, game.payoffs(at: profile), game)
        }
      }
    }
    equilibria = found
    mayHaveMore = isOpen
    whyNotAll = reason
  }
}

extension GameTable.Equilibrium {
  fileprivate init(_ mixtures: [[Double]], _ payoffs: [Double], _ game: DiagramGame) {
    var policies: [String: [String: Double]] = [:]
    var utilities: [String: Double] = [:]
    for (agent, name) in game.agents.enumerated() {
      for (index, probability) in mixtures[agent].enumerated() where probability > 0 {
        policies[name, default: [:]][game.words(game.policies[agent][index])] = probability
      }
      utilities[name] = payoffs[agent]
    }
    self.policies = policies
    self.utilities = utilities
    isPure = mixtures.allSatisfy { $0.contains(1) }
  }
}

extension DiagramGame {
  /// "first: betray", or with what is known "buy: no if quiet, yes if loud".
  package func words(_ policy: Policy) -> String {
    policy.keys.sorted { diagram.order.firstIndex(of: $0)! < diagram.order.firstIndex(of: $1)! }.map { decision in
      let outcomes = diagram.nodes[decision].outcomes
      let parents = diagram.parents[decision]
      let choices = policy[decision]!.enumerated().map { row, choice in
        var rest = row
        var known: [String] = []
        for parent in parents.reversed() {
          known.append(diagram.nodes[parent].outcomes[rest % diagram.nodes[parent].outcomes.count])
          rest /= diagram.nodes[parent].outcomes.count
        }
        return outcomes[choice] + (parents.isEmpty ? "" : " if " + known.reversed().joined(separator: ", "))
      }
      return diagram.nodes[decision].name + ": " + choices.joined(separator: "; ")
    }.joined(separator: " · ")
  }
}
