extension RowDecoder {
  /// What programs write for a score that is no number.
  static func word(_ text: String) -> Double? {
    switch text.lowercased() {
    case "nan": .nan
    case "inf", "+inf", "infinity": .infinity
    case "-inf", "-infinity": -.infinity
    default: nil
    }
  }

  /// 1, "chosen" …: chosen better; 0.5, "tie": tie; 0, −1, "rejected": the rejected one is better.
  static func label(_ number: Double?, _ text: String) -> Double? {
    switch number {
    case 1: 1
    case 0.5: 0
    case 0, -1: -1
    case nil:
      switch text.lowercased() {
      case "chosen", "true", "a": 1
      case "tie", "tied", "equal", "same": 0
      case "rejected", "false", "b": -1
      default: nil
      }
    default: nil
    }
  }

  static func position(_ number: Double?, _ text: String) -> Double? {
    switch number {
    case 1: 1
    case 0, 2: -1
    case nil:
      switch text.lowercased() {
      case "first", "a", "true", "left": 1
      case "second", "b", "false", "right": -1
      default: nil
      }
    default: nil
    }
  }
}
