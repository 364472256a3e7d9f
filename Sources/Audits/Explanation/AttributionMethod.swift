/// How a score is shared out among the features that it was made of.
package enum AttributionMethod: String, Codable, Sendable, CaseIterable {
  /// Slopes, averaged along the straight way from the baseline to the row, times how far the row lies from it. Shares add
  /// up to the change of the score. Sundararajan, Taly, Yan 2017.
  case integratedGradients = "integrated-gradients"
  /// What a feature adds to the score, averaged over all orders in which features go from the baseline to the row. Exact;
  /// 2ⁿ evaluations a row. Shapley 1953; Lundberg, Lee 2017.
  case shapley
  /// The slope at the row times how far it lies from the baseline: one pass, and shares that need not add up.
  /// Shrikumar et al. 2016.
  case gradientTimesInput = "gradient-times-input"
}
