import Compute

/// A promise that was found broken: which one, and what was seen.
public struct ContractViolation: Sendable, Hashable, CustomStringConvertible {
  /// The promise, as a claim: "observations lie within bounds".
  public var promise: String
  /// What was seen instead, or where; nil where the promise is enough.
  public var evidence: String?

  /// Takes the parts as they are.
  public init(_ promise: String, evidence: String? = nil) {
    self.promise = promise
    self.evidence = evidence
  }

  /// "promise (evidence)".
  public var description: String { promise + (evidence.map { " (\($0))" } ?? "") }
}

/// What the `expect…` functions throw: every promise that was found broken.
///
/// Swift Testing and XCTest both report a thrown error as the failure of the test that threw it, so the kits work under
/// either and import neither.
public struct BrokenContract: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whose contract: an environment's id, a kind's name.
  public var subject: String
  /// Never empty.
  public var violations: [ContractViolation]

  /// Does nothing if there are no violations.
  ///
  /// - Throws: ``BrokenContract`` otherwise.
  static func throwIfBroken(_ violations: [ContractViolation], subject: String) throws {
    guard violations.isEmpty else { throw BrokenContract(subject: subject, violations: violations) }
  }

  /// "subject: violation; violation".
  public var description: String { "\(subject): " + violations.map(\.description).joined(separator: "; ") }
}

/// Violations found so far, each promise once with its first evidence: a promise that is broken at every step of a
/// thousand is one line.
struct ViolationList {
  private(set) var violations: [ContractViolation] = []

  mutating func check(_ holds: Bool, _ promise: String, _ evidence: @autoclosure () -> String? = nil) {
    if !holds, !violations.contains(where: { $0.promise == promise }) {
      violations.append(ContractViolation(promise, evidence: evidence()))
    }
  }

  /// Checks that `body` refuses its input with an `InputError`, rather than accept it or fail in another way.
  mutating func checkRefused(_ promise: String, _ body: () throws -> Void) {
    do {
      try body()
      check(false, promise, "it was accepted")
    } catch {
      check(error is InputError, promise, "\(error) is no InputError")
    }
  }
}
