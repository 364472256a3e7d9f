import Feedback
import Foundation

/// What is not known of the reward of one clip: a number for each kind of ignorance, a bar, and words.
struct MeasuredClip: Encodable {
  var measures: [Measure]

  struct Measure: Encodable {
    var kind: FourUncertainties.Kind
    /// What it would mean, in a few words.
    var name: String
    /// In the unit of its kind (`FourUncertainties`); nil where it is not known.
    var value: Double?
    /// From 0, as sure as can be, to 1; nil where it is not known.
    var bar: Double?
    /// The number as a sentence without its full stop, or why there is none.
    var words: String
  }
}

extension MeasuredClip {
  /// Of the clip at this place.
  ///
  /// - Parameter level: the p-value up to which a clip counts as unlike what was judged.
  init(_ numbers: FourUncertainties, at place: Int, level: Double) {
    measures = FourUncertainties.Kind.allCases.map { kind in
      guard let value = numbers[kind][place] else {
        return .unknown(kind, numbers.unknown[kind] ?? "hardly anything like this clip was judged")
      }
      return Measure(
        kind: kind, name: kind.meaning, value: value, bar: kind.bar(value), words: kind.words(value, level: level))
    }
  }

  /// A clip of which nothing is known, for this reason.
  init(unknown reason: String) { measures = FourUncertainties.Kind.allCases.map { .unknown($0, reason) } }
}

extension MeasuredClip.Measure {
  static func unknown(_ kind: FourUncertainties.Kind, _ reason: String) -> Self {
    Self(kind: kind, name: kind.meaning, value: nil, bar: nil, words: "not known: \(reason)")
  }
}

extension FourUncertainties.Kind {
  /// What much of it means.
  fileprivate var meaning: String {
    switch self {
    case .aleatoric: "People err here"
    case .model: "Too few answers"
    case .distributional: "Nothing like it was judged"
    case .specification: "Rests on our idea of the person"
    }
  }

  /// A coin is all that people's error can be. Networks that have nothing in common are about one deviation apart, and so
  /// much is a full bar of the specification too. What was judged itself has p-values from 0 to 1, and its bars are of all
  /// lengths.
  fileprivate func bar(_ value: Double) -> Double {
    switch self {
    case .aleatoric: min(1, 2 * value)
    case .model, .specification: min(1, value)
    case .distributional: 1 - value
    }
  }

  fileprivate func words(_ value: Double, level: Double) -> String {
    let hundredths = Int((100 * value).rounded())
    switch self {
    case .aleatoric:
      return "\(hundredths) in 100 answers about clips like it go against the better one"
    case .model:
      return "the reward's networks differ by \(hundredths) % of what sets judged clips apart"
    case .distributional:
      let share = value < 0.01 ? "fewer than 1" : "\(hundredths)"
      return "\(share) in 100 judged clips are as unusual"
        + (value <= level ? ": hardly anything like it was judged" : "")
    case .specification:
      return "other ideas of the person that fit as well move it by \(hundredths) % of what sets judged clips apart"
    }
  }
}
