import Compute
import Environments

/// Transitions of a world with what could have followed them: all that sampled distances between its rewards need.
///
/// The transitions fall into blocks that are independent of each other and alike (each has one episode of every policy,
/// or several); distances learn from the differences between blocks how much they owe to chance. Where dynamics are
/// random, whatever stands for an expectation over next states is drawn twice, so that products of two such stand-ins
/// are right on average (``CanonicalRows``).
package struct WorldSample: Sendable {
  /// γ of the shaping that is taken out.
  package var discount: Double
  /// How many blocks there are, at least 2.
  package var blocks: Int
  /// The transitions that are compared.
  package var transitions: SampledRows
  /// [transitions]: how much each counts; and the block that it belongs to.
  package var weights: [Double]
  package var block: [Int]
  /// What may follow the action of each transition; the second is nil where nothing is left to chance.
  package var outcomes: (Outcomes, Outcomes?)
  /// EPIC's actions and next states.
  package var pairs: Pairs
  /// DARD's actions, and what may follow them.
  package var fans: (Fans, Fans?)
  /// Steps of the base policy, from which values are fitted.
  package var walks: Walks

  /// What may follow (s, a): rows of transition `index[k]`, whose `weight`s sum to 1 for each transition.
  package struct Outcomes: Sendable {
    package var rows: SampledRows
    package var index: [Int]
    package var weight: [Double]

    package init(rows: SampledRows, index: [Int], weight: [Double]) {
      self.rows = rows
      self.index = index
      self.weight = weight
    }
  }

  /// Pairs (a, s′) in groups of equal size that are independent of each other.
  package struct Pairs: Sendable {
    package var groups: Int
    /// [pairs × action row size] and [pairs × observation size]
    package var actions: [Float]
    package var nextObservations: [Float]
    /// [transitions × pairs]: what the environment pays for the pair's action in the transition's first state, and in its
    /// second; empty if nobody asks.
    package var ownHere: [Float]
    package var ownNext: [Float]

    package init(groups: Int, actions: [Float], nextObservations: [Float], ownHere: [Float], ownNext: [Float]) {
      self.groups = groups
      self.actions = actions
      self.nextObservations = nextObservations
      self.ownHere = ownHere
      self.ownNext = ownNext
    }
  }

  /// For transition `index[k]` and action number `action[k]` the rows (s′, A, S″), (s, A, S′) and (S′, A, S″), whose
  /// weights sum to 1 for each transition and action.
  package struct Fans: Sendable {
    /// How many actions, each with the same probability.
    package var actions: Int
    /// Whether the actions were drawn, so that a distance owes something to which.
    package var areDrawn: Bool
    package var index: [Int]
    package var action: [Int]
    package var weight: [Double]
    package var fromNext: SampledRows
    package var fromHere: SampledRows
    package var across: SampledRows

    package init(_ specification: EnvironmentSpecification, actions: Int, areDrawn: Bool) {
      self.actions = actions
      self.areDrawn = areDrawn
      (index, action, weight) = ([], [], [])
      fromNext = SampledRows(specification)
      fromHere = fromNext
      across = fromNext
    }
  }

  /// Steps under the base policy, each of some block.
  package struct Walks: Sendable {
    package var rows: SampledRows
    package var weight: [Double]
    package var block: [Int]

    package init(rows: SampledRows, weight: [Double], block: [Int]) {
      self.rows = rows
      self.weight = weight
      self.block = block
    }
  }

  package init(
    discount: Double, blocks: Int, transitions: SampledRows, weights: [Double], block: [Int],
    outcomes: (Outcomes, Outcomes?), pairs: Pairs, fans: (Fans, Fans?), walks: Walks
  ) {
    precondition(blocks > 1 && weights.count == transitions.count && block.count == transitions.count, "two blocks")
    self.discount = discount
    self.blocks = blocks
    self.transitions = transitions
    self.weights = weights
    self.block = block
    self.outcomes = outcomes
    self.pairs = pairs
    self.fans = fans
    self.walks = walks
  }
}
