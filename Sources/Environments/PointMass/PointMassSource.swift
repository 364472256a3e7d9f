import Compute

/// The point mass, and the same from other starts and with the discs elsewhere: `pactolus/PointMass-v0:start=transfer`.
///
/// ```swift
/// let entry = try EnvironmentRegistry.standard.entry("pactolus/PointMass-v0:start=transfer")
/// ```
public struct PointMassSource: EnvironmentSource {
  public let prefix = PointMass.name
  public let summary = "ReQueST's point mass, from several starts"
  public let availability = EnvironmentAvailability.ready("native")

  /// The source; it needs nothing.
  public init() {}

  public var listing: [EnvironmentListing] {
    [
      EnvironmentListing(id: prefix, summary: PointMass().specification.summary),
      EnvironmentListing(id: prefix + ":start=transfer", summary: "From the corner behind the trap"),
      EnvironmentListing(id: prefix + ":start=anywhere", summary: "From anywhere in the square"),
      EnvironmentListing(
        id: prefix + ":layout=original", summary: "The trap before the goal, on the training start's way"),
    ]
  }

  /// The world of this id.
  ///
  /// - Throws: `InputError` for an option or a value that does not exist.
  public func entry(_ id: String) throws -> EnvironmentEntry {
    let options = try EnvironmentOptions(id: id)
    guard options.name == PointMass.name else {
      throw InputError.unknown("environment", options.name, among: [PointMass.name])
    }
    try options.allow(only: ["start", "layout"])
    let start = try options.value("start", among: PointMass.Start.allCases.map(\.rawValue), default: "training")
    let layout = try options.value("layout", among: PointMass.Layout.allCases.map(\.rawValue), default: "study")
    return PointMass(start: PointMass.Start(rawValue: start)!, layout: PointMass.Layout(rawValue: layout)!).entry
  }
}
