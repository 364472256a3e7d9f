/// Why a quantity does not exist for some data, however much there is of the same sort.
///
/// It is no mistake of anybody's and no "no": a detector that has seen nothing but equal rows cannot say that a new row
/// is familiar. Who shows a verdict shows this one as it is, under the name "not measurable".
public enum NotMeasurable: Error, Sendable, Hashable, CustomStringConvertible {
  /// There are fewer observations than the quantity needs.
  case tooFew(have: Int, need: Int)
  /// No feature varies, so that there is no unit to measure a distance in.
  case constantFeatures
  /// The features' covariance has no inverse: some direction does not vary at all.
  case singularCovariance
  /// All values are equal, or so many of them that no order of the rest could say anything.
  case ties(orderedShare: Double)
  /// A number of the reference is infinite or not a number.
  case notFinite(row: Int, column: Int)

  /// A sentence without its full stop.
  public var description: String {
    switch self {
    case .tooFew(let have, let need): "there are \(have), and \(need) are needed"
    case .constantFeatures: "no feature of the reference varies"
    case .singularCovariance: "some direction of the features does not vary at all"
    case .ties(let share):
      share == 0 ? "all values are equal" : "only \(share) of the pairs are in an order, the others are ties"
    case .notFinite(let row, let column): "row \(row), column \(column) of the reference is not a finite number"
    }
  }
}
