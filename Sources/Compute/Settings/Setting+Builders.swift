/// How the rows of a table are written: a name, a key path, limits, and words.
extension Setting {
  /// Where a setting is kept.
  public typealias Path<Value> = WritableKeyPath<Section, Value> & Sendable

  /// A whole number.
  public static func integer(
    _ name: String, _ path: Path<Int>, _ range: ClosedRange<Int>, _ meaning: String, _ source: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .integer(range), read: { .integer($0[keyPath: path]) },
      write: { settings, value in if case .integer(let value) = value { settings[keyPath: path] = value } })
  }

  /// A whole number, or none.
  public static func integer(
    _ name: String, _ path: Path<Int?>, _ range: ClosedRange<Int>, _ meaning: String, _ source: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .optional(.integer(range)),
      read: { $0[keyPath: path].map { .integer($0) } ?? .none },
      write: { settings, value in
        if case .integer(let value) = value { settings[keyPath: path] = value } else { settings[keyPath: path] = nil }
      })
  }

  /// A list of whole numbers.
  public static func integers(
    _ name: String, _ path: Path<[Int]>, _ range: ClosedRange<Int>, _ meaning: String, _ source: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .integers(range), read: { .integers($0[keyPath: path]) },
      write: { settings, value in if case .integers(let value) = value { settings[keyPath: path] = value } })
  }

  /// A number.
  public static func number(
    _ name: String, _ path: Path<Double>, _ range: ClosedRange<Double>, _ meaning: String, _ source: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .number(range), read: { .number($0[keyPath: path]) },
      write: { settings, value in if case .number(let value) = value { settings[keyPath: path] = value } })
  }

  /// A number, or none.
  public static func number(
    _ name: String, _ path: Path<Double?>, _ range: ClosedRange<Double>, _ meaning: String, _ source: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .optional(.number(range)),
      read: { $0[keyPath: path].map { .number($0) } ?? .none },
      write: { settings, value in
        if case .number(let value) = value { settings[keyPath: path] = value } else { settings[keyPath: path] = nil }
      })
  }

  /// Single precision, shown with the digits that identify it: `0.0003`, not `0.0003000000142`.
  public static func number(
    _ name: String, _ path: Path<Float>, _ range: ClosedRange<Double>, _ meaning: String, _ source: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .number(range),
      read: { .number(shortest($0[keyPath: path])) },
      write: { settings, value in if case .number(let value) = value { settings[keyPath: path] = Float(value) } })
  }

  /// A number in single precision, or none.
  public static func number(
    _ name: String, _ path: Path<Float?>, _ range: ClosedRange<Double>, _ meaning: String, _ source: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .optional(.number(range)),
      read: { $0[keyPath: path].map { .number(shortest($0)) } ?? .none },
      write: { settings, value in
        if case .number(let value) = value {
          settings[keyPath: path] = Float(value)
        } else {
          settings[keyPath: path] = nil
        }
      })
  }

  private static func shortest(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }

  /// `true` or `false`.
  public static func boolean(_ name: String, _ path: Path<Bool>, _ meaning: String, _ source: String) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .boolean, read: { .boolean($0[keyPath: path]) },
      write: { settings, value in if case .boolean(let value) = value { settings[keyPath: path] = value } })
  }

  /// One of an enumeration's words.
  public static func choice<Word: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: Path<Word>, _ meaning: String, _ source: String
  ) -> Self where Word.RawValue == String {
    Self(
      name: name, meaning: meaning, source: source, kind: .choice(Word.allCases.map(\.rawValue)),
      read: { .text($0[keyPath: path].rawValue) },
      write: { settings, value in
        if case .text(let word) = value, let value = Word(rawValue: word) { settings[keyPath: path] = value }
      })
  }

  /// One of these words.
  public static func choice(
    _ name: String, _ path: Path<String>, among words: [String], _ meaning: String, _ source: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .choice(words), read: { .text($0[keyPath: path]) },
      write: { settings, value in if case .text(let value) = value { settings[keyPath: path] = value } })
  }

  /// Text.
  public static func text(_ name: String, _ path: Path<String>, _ meaning: String, _ source: String) -> Self {
    Self(
      name: name, meaning: meaning, source: source, kind: .text, read: { .text($0[keyPath: path]) },
      write: { settings, value in if case .text(let value) = value { settings[keyPath: path] = value } })
  }
}
