import Compute
import Environments

/// Something that must not happen, in a line: `pole angle > 0.2`, `cart position <= -2`.
///
/// It happens at a step at which the named number is beyond the limit. How far it is on the way there is the level of
/// multilevel splitting.
package struct RareCondition: Sendable {
  /// As it was written.
  package let text: String
  package let feature: NamedFeature
  /// Whether it happens above the limit, not below it.
  package let isAbove: Bool
  /// Whether the limit itself is part of it.
  package let isClosed: Bool
  package let limit: Double
  /// The component of the observation that the feature is; nil for features that are told from a step alone.
  private let component: Int?

  /// - Parameters:
  ///   - text: a feature, `<`, `>`, `<=` or `>=`, and a number.
  ///   - entry: the world, whose named features and components of the observation can be used.
  /// - Throws: `InputError` for what is no such line, and with near misses for a feature that does not exist.
  package init(_ text: String, in entry: EnvironmentEntry) throws {
    let place = "--rare"
    var words = try AssertionWords(text, place: place)
    let specification = entry.specification
    let known = NamedFeature.all(entry.features, of: specification)
    let names = known.flatMap { [$0.name.lowercased()] + $0.synonyms.map { $0.lowercased() } }
    let name = try words.name(among: names, kind: "feature")
    guard
      let feature = known.first(where: {
        $0.name.lowercased() == name || $0.synonyms.contains { $0.lowercased() == name }
      })
    else { throw InputError.unknown("feature", name, among: names, at: place) }
    guard let sign = words.next, ["<", ">", "<=", ">="].contains(sign) else {
      throw InputError(
        words.isAtEnd
          ? "the line ends where <, >, <= or >= should come"
          : "'\(words.rest)' stands where <, >, <= or >= should come",
        at: place, remedy: "write it as: \(feature.name) > 0.2")
    }
    words.advance()
    limit = try words.number()
    guard words.isAtEnd else {
      throw InputError("'\(words.rest)' stands after the end", at: place, remedy: "name one feature and one limit")
    }
    (self.text, self.feature) = (text, feature)
    (isAbove, isClosed) = (sign.hasPrefix(">"), sign.hasSuffix("="))
    component = Self.component(feature, in: entry)
  }

  /// The component that has the feature's name, if it is the same number over some random play: a world may call another one so.
  private static func component(_ feature: NamedFeature, in entry: EnvironmentEntry) -> Int? {
    guard let place = entry.specification.observationNames.firstIndex(of: feature.name) else { return nil }
    let clips = entry.randomClips(2, steps: 30, random: RandomSource(seed: 0).child("rare-event/feature"))
    let isSame = clips.allSatisfy { clip in
      let values = feature.values(of: clip)
      return (0..<clip.count).allSatisfy { step in
        values[step] == Double(clip.observations[(step + 1) * clip.observationSize + place])
      }
    }
    return isSame ? place : nil
  }

  /// The level at which it happens.
  package var goal: Double {
    let goal = isAbove ? limit : -limit
    return isClosed ? goal : goal.nextUp
  }

  /// How near a step comes to it; what is no number is nowhere near.
  package func level(_ now: Span<Float>, _ action: Span<Float>, _ next: Span<Float>) -> Double {
    if let component { return signed(Double(next[component])) }
    func row(_ span: Span<Float>) -> [Float] { (0..<span.count).map { span[$0] } }
    let step = Trajectory(
      observationSize: now.count, actionRowSize: action.count, observations: row(now) + row(next), actions: row(action),
      rewards: [0], terminated: false, truncated: false, start: nil)
    return signed(feature.values(of: step)[0])
  }

  /// How near an episode is when it begins.
  package func first(_ observation: Span<Float>) -> Double {
    component.map { signed(Double(observation[$0])) } ?? -.infinity
  }

  private func signed(_ value: Double) -> Double { value.isNaN ? -.infinity : isAbove ? value : -value }
}
