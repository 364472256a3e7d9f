/// How rollout files are read: which format they have, what fields mean, what happens to bad rows, how much is read at most.
public struct RolloutOptions: Sendable {
  /// The format's name, as `--format` gives it; nil: found out from each file.
  public var format: String?
  /// Fields by role, where a format leaves them open or they are called otherwise; a path such as `extra.score` reaches into
  /// objects.
  public var fields: [(role: RolloutRole, field: String)] = []
  /// Weights of components in the total, by the component's name: for formats that write neither.
  public var weights: [String: Double] = [:]
  /// Whether the first bad row is an error; otherwise it is set aside with its reason.
  public var strict = false
  /// The most bytes of one row.
  public var maximumRowBytes = 64 << 20
  /// The most bytes that one file may unpack to.
  public var maximumFileBytes = 256 << 30
  /// The most bytes of a file that must be held whole (an evaluation log).
  public var maximumWholeBytes = 2 << 30

  /// The standard options.
  public init() {}

  /// The standard options; whether the first bad row is an error.
  public init(isStrict: Bool) { strict = isStrict }
}
