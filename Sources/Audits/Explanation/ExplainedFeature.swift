import Compute
import Environments
import Rewards

/// A name for some columns of what a network reads: the unit that attributions are given to.
///
/// A discrete action is one feature, however many columns it has; of an image a square patch is one.
package struct ExplainedFeature: Sendable, Hashable, Codable {
  /// What a person calls it.
  package let name: String
  /// Columns of the encoded row, rising.
  package let columns: [Int]

  package init(_ name: String, columns: [Int]) {
    (self.name, self.columns) = (name, columns)
  }

  /// The features of a reward's encoded transitions.
  ///
  /// Where a reward sees an observation before and after the step, both are one feature: within a step they hardly
  /// differ, and what two columns have in common is divided between them arbitrarily.
  package static func features(
    of encoding: TransitionEncoding, in specification: EnvironmentSpecification
  ) -> [ExplainedFeature] {
    var result: [ExplainedFeature] = []
    let (inputs, size) = (encoding.inputs, encoding.observationSize)
    // An image that is looked at stands first, also where it is the next observation.
    let nextIsFirst = encoding.images != nil && inputs.nextObservation
    let before = inputs.observation ? (nextIsFirst ? size : 0) : nil
    let action = (nextIsFirst ? size : 0) + (inputs.observation ? size : 0)
    let next =
      inputs.nextObservation ? (nextIsFirst ? 0 : action + (inputs.action ? encoding.actionSize : 0)) : nil
    let starts = [before, next].compactMap(\.self)
    for part in observation(specification) where !starts.isEmpty {
      result.append(ExplainedFeature(part.name, columns: starts.flatMap { start in part.columns.map { start + $0 } }))
    }
    if inputs.action {
      if encoding.discreteActions != nil {
        result.append(ExplainedFeature("action", columns: Array(action..<action + encoding.actionSize)))
      } else {
        let names = specification.actionNames
        result += (0..<encoding.actionSize).map { component in
          let name = names.count == encoding.actionSize ? "action \(names[component])" : "action \(component + 1)"
          return ExplainedFeature(encoding.actionSize == 1 ? "action" : name, columns: [action + component])
        }
      }
    }
    if inputs.termination { result.append(ExplainedFeature("termination", columns: [encoding.width - 1])) }
    return result
  }

  /// Pixels of a patch's side.
  package static let patch = 8

  /// The features of an observation: its components, or the patches of its image, of at most 8 pixels a side.
  package static func observation(_ specification: EnvironmentSpecification) -> [ExplainedFeature] {
    guard let image = specification.image else {
      return specification.observationNames.enumerated().map { ExplainedFeature($1, columns: [$0]) }
    }
    let rows = image.rows / max(1, image.frames)
    var result: [ExplainedFeature] = []
    for top in stride(from: 0, to: rows, by: patch) {
      for left in stride(from: 0, to: image.columns, by: patch) {
        var columns: [Int] = []
        for frame in 0..<max(1, image.frames) {
          for row in top..<min(top + patch, rows) {
            for column in left..<min(left + patch, image.columns) {
              let pixel = (frame * rows + row) * image.columns + column
              columns += (0..<image.channels).map { pixel * image.channels + $0 }
            }
          }
        }
        result.append(ExplainedFeature("patch at row \(top), column \(left)", columns: columns))
      }
    }
    return result
  }
}
