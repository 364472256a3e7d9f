import Files

/// What pages call the questions: their numbers, enciphered.
///
/// A question that is there to learn about a person gets its number when it is put in, and so a higher one than its
/// neighbours; whoever saw numbers could tell. A name shows neither order nor kind. It is a permutation of 64 bits: four
/// rounds of Feistel's, with SHA-256 and the project's own key as the round function (Luby and Rackoff 1988).
package struct QuestionNames: Sendable {
  private let key: String

  package init(key: String) { self.key = key }

  /// Sixteen hexadecimal digits.
  package func name(of number: Int) -> String {
    let value = UInt64(number)
    var (left, right) = (UInt32(value >> 32), UInt32(truncatingIfNeeded: value))
    for round in 0..<4 { (left, right) = (right, left ^ mixed(right, round)) }
    let text = String(UInt64(left) << 32 | UInt64(right), radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// Nil for what is no name of a question.
  package func number(of name: String) -> Int? {
    guard name.utf8.count == 16, name.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
      let value = UInt64(name, radix: 16)
    else { return nil }
    var (left, right) = (UInt32(value >> 32), UInt32(truncatingIfNeeded: value))
    for round in (0..<4).reversed() { (left, right) = (right ^ mixed(left, round), left) }
    return left == 0 ? Int(right) : nil
  }

  private func mixed(_ half: UInt32, _ round: Int) -> UInt32 {
    let digest = SHA256.digest(of: "\(key) \(round) \(half)".utf8)
    return digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }
}
