import Compute

extension Reproduction {
  /// The coin in the corner: how a few varied levels cure the failure, and how the test's start decides what is measured.
  static let coinTwin = Reproduction(
    name: "coin-twin", summary: "goal misgeneralisation without chance: a 7 × 7 grid, trained in closed form",
    source: "after Langosco et al. 2022 (arXiv 2105.14111); reference numbers by a separate computation (NumPy)",
    duration: "a moment"
  ) { _ in try CoinTwinStudy.result() }
}

/// The numbers of the convex twin of CoinRun, beside those of a separate computation.
package enum CoinTwinStudy {
  /// Shares of varied levels with the reference's weights and failures from the centre and from the far corner.
  package static let references: [(share: Double, coin: Double, corner: Double, centre: Double, far: Double)] = [
    (0, 2.558581723, 2.558581723, 0.280893714, 0.00466949152),
    (0.01, 3.824757330, 0.921801431, 2.29949353e-05, 2.72443393e-05),
    (0.02, 4.154566671, 0.503492485, 9.13053068e-06, 1.00786776e-05),
    (0.05, 4.387210114, 0.211760252, 4.30091813e-06, 4.4759911e-06),
    (0.1, 4.469200433, 0.104598901, 3.20734182e-06, 3.26889177e-06),
    (0.2, 4.504329276, 0.048037450, 2.77834302e-06, 2.80211624e-06),
    (0.5, 4.498713317, 0.012623994, 2.67908507e-06, 2.68496255e-06),
    (1, 4.447864491, 0, 2.91512994e-06, 2.91507866e-06),
  ]

  static func result() throws -> ReproductionResult {
    let twin = CoinTwin()
    let numbers = try references.flatMap { reference -> [ReproducedNumber] in
      let weights = try twin.trained(share: reference.share)
      let levels = "\(Int((100 * reference.share).rounded())) % varied levels"
      func failure(_ start: (row: Int, column: Int), _ name: String, _ wanted: Double) throws -> ReproducedNumber {
        ReproducedNumber(
          "\(levels): failure × 10⁶, start \(name)", 1e6 * (try twin.failure(weights, start: start)),
          reference: 1e6 * wanted, tolerance: 1e-3)
      }
      return [
        ReproducedNumber("\(levels): weight of the coin", weights.coin, reference: reference.coin, tolerance: 1e-6),
        ReproducedNumber(
          "\(levels): weight of the corner", weights.corner, reference: reference.corner, tolerance: 1e-6),
        try failure((3, 3), "in the centre", reference.centre), try failure((0, 0), "opposite", reference.far),
      ]
    }
    return ReproductionResult(
      title: "A coin that lies in the corner, or nearly always: what is learned, and how often the corner wins",
      numbers: numbers,
      remarks: [
        "Without varied levels coin and corner are one and the same, so both get the same weight.",
        "One level in a hundred is enough here, where data are endless and the two goals are told apart by a weight each; "
          + "what published agents still lose at 2 % to 11 % comes from finite training.",
        "From the opposite corner the same policy fails 60 times less often at 0 %: most coins lie on its way. The start "
          + "is part of what is measured.",
      ])
  }
}
