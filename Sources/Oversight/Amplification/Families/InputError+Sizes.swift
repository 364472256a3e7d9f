import Compute

extension InputError {
  /// Refuses a size that a family cannot have.
  static func check(_ value: Int, _ name: String, _ allowed: ClosedRange<Int>) throws {
    guard allowed.contains(value) else {
      throw InputError(
        "\(name) is \(value)", at: name, remedy: "between \(allowed.lowerBound) and \(allowed.upperBound)")
    }
  }
}
