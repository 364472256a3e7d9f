import Compute

/// What is not known of a learned reward in some places, kept apart by its reason.
///
/// One number of each kind for every place (a transition or a clip), in order. The first, second and fourth rest on
/// answers, and are nil where nothing alike was judged; a whole column is nil where ``unknown`` says why.
public struct FourUncertainties: Sendable, Hashable, Codable {
  /// The four kinds.
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// People differ, or err, about what is here.
    case aleatoric
    /// There are too few answers.
    case model
    /// Nothing like this was judged.
    case distributional
    /// The idea of the people, or of the reward, could be wrong.
    case specification
  }

  /// The probability, 0 to ½, that a person prefers the worse of two clips that are one standard deviation of judged
  /// clips apart, if they look like this place.
  public var aleatoric: [Double?]
  /// The standard deviation of the members' rewards, each in units of its own deviation over what was judged: 0 where
  /// they agree, about 1 where they have nothing in common.
  public var model: [Double?]
  /// The conformal p-value of the distance to what was judged, 1 / (n + 1) to 1: *small* where nothing like it was
  /// judged.
  public var distributional: [Double?]
  /// By how much the reward here would move under other ideas of the people that explain the answers about as well, in
  /// the same units as ``model``, root mean square, less what chance makes of it, and with what no answer could tell.
  public var specification: [Double?]
  /// The squares of ``specification`` before they were cut at 0: what means over many places are made of.
  public var specificationSquares: [Double?]
  /// Kinds that are unknown everywhere, with the reason: a sentence without its full stop.
  public var unknown: [Kind: String]

  package init(
    aleatoric: [Double?], model: [Double?], distributional: [Double?], specification: [Double?],
    specificationSquares: [Double?], unknown: [Kind: String]
  ) {
    (self.aleatoric, self.model, self.distributional) = (aleatoric, model, distributional)
    (self.specification, self.specificationSquares, self.unknown) = (specification, specificationSquares, unknown)
  }

  /// The numbers of one kind.
  public subscript(kind: Kind) -> [Double?] {
    switch kind {
    case .aleatoric: aleatoric
    case .model: model
    case .distributional: distributional
    case .specification: specification
    }
  }

  /// How many places there are.
  public var count: Int { distributional.count }

  /// The mean over places of what is uncertain, in the unit of its kind; nil where no place has one.
  ///
  /// Of the distributional kind it is 1 less the mean p-value (½ for what is like what was judged), so that more is
  /// more uncertain throughout; of the specification the root of the mean square, 0 where chance explains it.
  public func mean(_ kind: Kind) -> Double? { mean(kind, of: Array(0..<count)) }

  /// The same over some of the places, which may be named more than once.
  package func mean(_ kind: Kind, of places: [Int]) -> Double? {
    let values = kind == .specification ? specificationSquares : self[kind]
    let known = places.compactMap { values[$0] }
    guard !known.isEmpty else { return nil }
    switch kind {
    case .aleatoric, .model: return Statistics.mean(known)
    case .distributional: return 1 - Statistics.mean(known)
    case .specification: return max(0, Statistics.mean(known)).squareRoot()
    }
  }
}
