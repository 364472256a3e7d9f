/// A number as an answer has it: its exact value, how many decimals were written, a percent sign, a unit.
package struct AnswerNumber: Sendable, Hashable {
  package var value: ExactFraction
  /// Decimals that were written; nil for whole numbers and fractions, which are exact.
  package var decimals: Int?
  package var isPercent = false
  package var unit = ""

  /// Reads a normal form; nil if it is not a plain number with at most a percent sign and a unit.
  package init?(_ text: [UInt8]) {
    var reader = Reader(text: text)
    guard let (value, decimals) = reader.expression() else { return nil }
    (self.value, self.decimals) = (value, decimals)
    let rest = text[reader.index...]
    if rest == [UInt8(ascii: "%")] || rest.elementsEqual("percent".utf8) {
      isPercent = true
    } else if !rest.isEmpty {
      let name = String(decoding: rest, as: UTF8.self).lowercased()
      guard
        rest.allSatisfy({
          (65...90).contains($0 & 0xDF) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "^") || (50...51).contains($0)
        }),
        rest.first.map({ (65...90).contains($0 & 0xDF) }) == true, rest.count > 1 || Unit.known[name] != nil
      else { return nil }
      unit = name
    }
  }

  /// The same value, a different one, or one that depends on rounding, percent signs or units.
  package func compare(_ other: AnswerNumber) -> AnswerOpinion {
    var (a, b) = (value, other.value)
    if isPercent != other.isPercent {
      // "50 %" is 0.5, but many write 50.
      if a == b { return .unsure }
      guard let hundredth = ExactFraction(1, 100), let x = isPercent ? a.times(hundredth) : a,
        let y = other.isPercent ? b.times(hundredth) : b
      else { return .unsure }
      (a, b) = (x, y)
    }
    if !unit.isEmpty, !other.unit.isEmpty, unit != other.unit {
      guard let x = Unit.known[unit.trimmedPlural], let y = Unit.known[other.unit.trimmedPlural], x.kind == y.kind,
        let first = a.times(x.size), let second = b.times(y.size)
      else { return .unsure }
      (a, b) = (first, second)
      return a == b ? .equal : .unsure
    }
    if a == b { return .equal }
    guard let places = [decimals, other.decimals].compactMap({ $0 }).min() else { return .different }
    // As many decimals as the coarser has: within one unit of the last it may be rounding.
    let unitOfLast = ExactFraction.power(ofTen: -places)?.double ?? 0
    return abs(a.double - b.double) > 1.01 * unitOfLast * (isPercent != other.isPercent ? 0.01 : 1)
      ? .different : .unsure
  }

  /// Units of one kind with their sizes.
  enum Unit {
    static let known: [String: (kind: Int, size: ExactFraction)] = {
      var table: [String: (kind: Int, size: ExactFraction)] = [:]
      func add(_ names: String, _ kind: Int, _ top: Int, _ bottom: Int = 1) {
        guard let size = ExactFraction(top, bottom) else { return }
        for name in names.split(separator: " ") { table[String(name)] = (kind, size) }
      }
      add("mm millimeter millimetre", 0, 1)
      add("cm centimeter centimetre", 0, 10)
      add("m meter metre", 0, 1000)
      add("km kilometer kilometre", 0, 1_000_000)
      add("mg milligram", 1, 1)
      add("g gram", 1, 1000)
      add("kg kilogram", 1, 1_000_000)
      add("s sec second", 2, 1)
      add("min minute", 2, 60)
      add("h hr hour", 2, 3600)
      add("day", 2, 86_400)
      return table
    }()
  }

  /// Reads numbers from left to right.
  private struct Reader {
    let text: [UInt8]
    var index = 0

    private var byte: UInt8? { index < text.count ? text[index] : nil }
    private mutating func take(_ character: UInt8) -> Bool {
      guard byte == character else { return false }
      index += 1
      return true
    }
    private mutating func take(_ word: String) -> Bool {
      guard text[index...].starts(with: word.utf8) else { return false }
      index += word.utf8.count
      return true
    }

    /// A signed number, a fraction, a mixed number, or a number times a power of ten.
    mutating func expression() -> (ExactFraction, Int?)? {
      let negative = take(UInt8(ascii: "-"))
      if !negative { _ = take(UInt8(ascii: "+")) }
      guard var (value, decimals) = term() else { return nil }
      if decimals == nil, value.denominator == 1,
        byte == UInt8(ascii: "+") || text[index...].starts(with: "\\frac".utf8)
      {
        // A mixed number: "1+1/2" (once "1 1/2") or "1\frac{1}{2}".
        let start = index
        _ = take(UInt8(ascii: "+"))
        if let (part, none) = term(), none == nil, part.denominator > 1, let sum = value.plus(part) {
          value = sum
        } else {
          index = start
        }
      }
      if let exponent = powerOfTen() {
        // Beyond what is exact here: not read, rather than read without its power.
        guard let power = ExactFraction.power(ofTen: exponent), let product = value.times(power) else { return nil }
        value = product
        decimals = decimals.map { $0 - exponent }
      }
      if negative {
        guard let turned = value.negated else { return nil }
        value = turned
      }
      return (value, decimals)
    }

    private mutating func powerOfTen() -> Int? {
      let start = index
      if take("*10^") {
        let braced = take(UInt8(ascii: "{"))
        if let exponent = signedWhole(), !braced || take(UInt8(ascii: "}")) { return exponent }
      } else if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
        index += 1
        if let exponent = signedWhole() { return exponent }
      }
      index = start
      return nil
    }

    private mutating func signedWhole() -> Int? {
      let negative = take(UInt8(ascii: "-"))
      if !negative { _ = take(UInt8(ascii: "+")) }
      let digits = text[index...].prefix { (48...57).contains($0) }
      guard !digits.isEmpty, digits.count < 4 else { return nil }
      index += digits.count
      let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
      return negative ? -value : value
    }

    /// A number, or one over another.
    private mutating func term() -> (ExactFraction, Int?)? {
      if take("\\frac") {
        guard let top = argument(), let bottom = argument(), let value = top.over(bottom) else { return nil }
        return (value, nil)
      }
      guard let (first, decimals) = number() else { return nil }
      let start = index
      if take(UInt8(ascii: "/")), let (second, _) = number(), let value = first.over(second) { return (value, nil) }
      index = start
      return (first, decimals)
    }

    /// The argument of \frac: in braces, or one digit.
    private mutating func argument() -> ExactFraction? {
      if take(UInt8(ascii: "{")) {
        let negative = take(UInt8(ascii: "-"))
        guard let (value, _) = number(), take(UInt8(ascii: "}")) else { return nil }
        return negative ? value.negated : value
      }
      guard let byte, (48...57).contains(byte) else { return nil }
      index += 1
      return ExactFraction(Int(byte - 48))
    }

    /// Digits with thousands' commas and decimals.
    private mutating func number() -> (ExactFraction, Int?)? {
      var (whole, places, digits, point, isGrouped) = (0, 0, 0, false, false)
      while let byte {
        if (48...57).contains(byte) {
          let (product, a) = whole.multipliedReportingOverflow(by: 10)
          let (sum, b) = product.addingReportingOverflow(Int(byte - 48))
          guard !a, !b else { return nil }
          whole = sum
          digits += 1
          if point { places += 1 }
        } else if byte == UInt8(ascii: "."), !point, index + 1 < text.count, (48...57).contains(text[index + 1]) {
          point = true
        } else if byte == UInt8(ascii: ","), !point, isGrouped || (1...3).contains(digits), isThousands(index) {
          isGrouped = true
          // A comma between thousands.
        } else {
          break
        }
        index += 1
      }
      guard digits > 0, let value = ExactFraction(whole), let scale = ExactFraction.power(ofTen: -places),
        let result = value.times(scale)
      else { return nil }
      return (result, point ? places : nil)
    }

    /// Whether exactly three digits follow, and no fourth.
    private func isThousands(_ comma: Int) -> Bool {
      let next = text[(comma + 1)...].prefix(4)
      return next.count >= 3 && next.prefix(3).allSatisfy { (48...57).contains($0) }
        && (next.count == 3 || !(48...57).contains(next[comma + 4]))
    }
  }
}

extension String {
  /// Without the "s" of a plural, if the rest is a known unit.
  fileprivate var trimmedPlural: String {
    hasSuffix("s") && AnswerNumber.Unit.known[String(dropLast())] != nil ? String(dropLast()) : self
  }
}
