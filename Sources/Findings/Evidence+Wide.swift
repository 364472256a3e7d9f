import Compute

extension Evidence {
  /// A number that may lie beyond what a double holds: then its mantissa is the value, and the power of ten the unit.
  package init(wide name: String, _ value: WideNumber) {
    if let double = value.double {
      self.init(name, double)
    } else {
      let (mantissa, exponent) = value.decimal
      self.init(name, mantissa, unit: "·10" + Numbers.superscript(exponent))
    }
  }
}
