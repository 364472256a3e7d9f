import Audits
import Compute
import Environments
import Foundation
import Rewards

/// What the last hidden layer of a reward's first network has learned.
package struct LearnedUnits: Sendable, Encodable {
  /// Units that prefer the same steps, with the step of an episode that excites them most.
  package struct Group: Sendable, Encodable {
    package var units: Int
    package var follows: [String]
    package var correlations: [Double]
    /// From 1.
    package var episode: Int
    package var step: Int
  }

  package let units: Int
  /// Units that say the same of every step.
  package let still: Int
  package let groups: [Group]
  package let probes: [LinearProbe]
  /// Linear centred kernel alignment, the mean over pairs of the reward's own networks; nil for one.
  package let amongMembers: Double?
  /// The same with networks of the shape that learned nothing.
  package let withRandom: Double

  private static let most = 1000

  /// - Throws: `NotMeasurable` where too little was seen, `InputError` for networks without a hidden layer.
  init(_ inspected: InspectedRun) throws {
    let width = inspected.encoding.width
    let count = min(Self.most, inspected.rows.count / width)
    let rows = Array(inspected.rows.prefix(count * width))
    func features(_ model: RewardModel, _ member: Int) throws -> Matrix {
      var inputs = rows
      inputs.withUnsafeMutableBufferPointer {
        if let start = $0.baseAddress { model.inputNormalizer?.normalize(start, rows: count, into: start, clip: nil) }
      }
      return RewardFeatures.outputs(
        of: try RewardFeatures.body(of: model.network, member: member), inputs, rows: count)
    }
    let model = inspected.run.reward
    let own = try (0..<model.members).map { try features(model, $0) }
    units = own[0].columns
    let (names, table) = inspected.namedTable()
    let seen = Matrix(
      rows: count, columns: names.count, elements: Array(table.elements.prefix(count * names.count)))
    let found = UnitGroups(own[0], features: seen, names: names)
    still = found.still
    let places = inspected.places
    groups = found.groups.map {
      Group(
        units: $0.units.count, follows: $0.follows, correlations: $0.correlations,
        episode: places[$0.row].episode + 1, step: places[$0.row].step + 1)
    }
    let inputs = Matrix(rows: count, columns: width, elements: rows.map(Double.init))
    let pieces = inspected.pieces.filter { $0.upperBound <= count }
    probes = try names.enumerated().compactMap { column, name -> LinearProbe? in
      do {
        return try LinearProbe(
          name, seen.column(column), units: own[0], inputs: inputs, groups: pieces,
          random: inspected.random.child("probes"))
      } catch is NotMeasurable { return nil }
    }.sorted { ($0.selectivity, $1.target) > ($1.selectivity, $0.target) }
    var pairs: [Double] = []
    for a in own.indices { for b in own.indices where a < b { pairs.append(FeatureSimilarity.linear(own[a], own[b])) } }
    amongMembers = pairs.isEmpty ? nil : Statistics.mean(pairs)
    let random = try (0..<5).map { number -> Double in
      var other = try RewardModel(
        model.settings, encoding: model.encoding, random: inspected.random.child("untrained", number))
      other.inputNormalizer = model.inputNormalizer
      return FeatureSimilarity.linear(own[0], try features(other, 0))
    }
    withRandom = Statistics.mean(random)
  }
}
