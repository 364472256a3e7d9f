import Compute

/// Labelled rows in the strata in which they were drawn, with how many rows of the file each stratum stands for.
///
/// Strata are the verifier's verdict and what our second implementation says, both known for every row; where the labels
/// come with several weights for one verdict, the verdict and the weight.
package struct GoldSample: Sendable {
  /// Rows with one verdict and one opinion, or one weight.
  package struct Stratum: Sendable, Hashable {
    package var accepted: Bool
    /// Rows of the file.
    package var population: Double
    package var labelled: Int
    package var right: Int
    /// "accepted, second implementation disagrees".
    package var name: String
    package var wrong: Int { labelled - right }

    package init(accepted: Bool, population: Double, labelled: Int, right: Int, name: String) {
      self.accepted = accepted
      self.population = population
      self.labelled = labelled
      self.right = right
      self.name = name
    }
  }

  package var strata: [Stratum] = []
  /// Rows where the person was unsure; they count nowhere else.
  package var unsure = 0
  package var labelled: Int { strata.reduce(0) { $0 + $1.labelled } }
  package func labelled(accepted: Bool) -> Int {
    strata.reduce(0) { $1.accepted == accepted ? $0 + $1.labelled : $0 }
  }

  package init(_ strata: [Stratum]) { self.strata = strata }

  /// - Parameters:
  ///   - table: with gold labels; without them the sample is empty.
  ///   - accepted: each row's verdict.
  ///   - opinions: of our second implementation; may be empty.
  ///   - includes: the rows that are looked at; all unless given.
  package init(
    _ table: RolloutTable, accepted: [Int8], opinions: [AnswerOpinion],
    including includes: (Int) -> Bool = { _ in true }
  ) {
    guard table.gold.count == table.count else { return }
    let weighted = table.goldWeight.count == table.count
    for verdict in [Int8(1), 0] {
      var weights: [Double] = []
      if weighted {
        for row in 0..<table.count where accepted[row] == verdict && (0...1).contains(table.gold[row]) && includes(row)
        {
          let weight = table.goldWeight[row]
          if weight > 0, weight.isFinite, !weights.contains(weight), weights.count < 100 { weights.append(weight) }
        }
      }
      let several = weights.count > 1
      var found: [Int: Stratum] = [:]
      for row in 0..<table.count where accepted[row] == verdict && includes(row) {
        let label = table.gold[row]
        if label == 2 { unsure += 1 }
        let key: Int
        if several {
          guard (0...1).contains(label), let place = weights.firstIndex(of: table.goldWeight[row]) else { continue }
          key = place
        } else {
          key = opinions.isEmpty ? 0 : Int(opinions[row].rawValue)
        }
        var stratum =
          found[key]
          ?? Stratum(
            accepted: verdict == 1, population: 0, labelled: 0, right: 0,
            name: Self.name(verdict, key, several, opinions))
        stratum.population += several ? weights[key] : 1
        if (0...1).contains(label) {
          stratum.labelled += 1
          stratum.right += Int(label)
        }
        found[key] = stratum
      }
      strata += Self.merged(found.keys.sorted().compactMap { found[$0] })
    }
  }

  private static func name(_ verdict: Int8, _ key: Int, _ several: Bool, _ opinions: [AnswerOpinion]) -> String {
    let word = verdict == 1 ? "accepted" : "rejected"
    if several { return "\(word), weight \(key + 1)" }
    guard !opinions.isEmpty, let opinion = AnswerOpinion(rawValue: Int8(key)) else { return word }
    return switch opinion {
    case .equal: "\(word), equal to the reference by our reading"
    case .different: "\(word), different from the reference by our reading"
    case .unsure: "\(word), not compared by our reading"
    }
  }

  /// Strata with fewer than three labels join the largest labelled one of their verdict.
  private static func merged(_ strata: [Stratum]) -> [Stratum] {
    guard strata.count > 1, let largest = strata.filter({ $0.labelled >= 3 }).max(by: { $0.population < $1.population })
    else { return joined(strata) }
    let small = strata.filter { $0.labelled < 3 }
    return strata.compactMap { stratum in
      if stratum.labelled < 3 { return nil }
      return stratum == largest ? joined([stratum] + small).first : stratum
    }
  }

  private static func joined(_ strata: [Stratum]) -> [Stratum] {
    guard var all = strata.first else { return [] }
    for stratum in strata.dropFirst() {
      all.population += stratum.population
      all.labelled += stratum.labelled
      all.right += stratum.right
    }
    return [all]
  }
}
