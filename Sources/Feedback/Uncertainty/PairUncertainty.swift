import Compute
import Environments

/// What is not known where two clips would be compared: what questions are chosen by.
package struct PairUncertainty: Sendable, Hashable {
  /// The conformal p-value of the clip that is less like what was judged.
  package var pValue: Double
  /// The mean of the two clips' aleatoric numbers; nil where one of them is unlike what was judged.
  package var aleatoric: Double?
  /// The square of how far the difference between the clips' mean rewards by step moves under other ideas of the people,
  /// less its noise, so that it can be below 0; nil likewise. In square deviations of judged clips.
  package var specificationSquare: Double?

  package init(pValue: Double, aleatoric: Double? = nil, specificationSquare: Double? = nil) {
    (self.pValue, self.aleatoric, self.specificationSquare) = (pValue, aleatoric, specificationSquare)
  }
}

extension RewardUncertainty {
  /// Of each pair what is not known; each segment is looked at once, however many pairs it is in.
  ///
  /// The specification is of the *difference*: two clips that all ideas of the people move alike leave nothing to ask.
  ///
  /// - Parameter length: of a segment.
  /// - Throws: `InputError` for a clip of another world.
  package func pairs(_ pairs: [SegmentPair], of trajectories: [Trajectory], length: Int) throws -> [PairUncertainty] {
    var known: [SegmentReference: Int] = [:]
    var encoded: [Float] = []
    var groups: [Range<Int>] = []
    func place(_ segment: SegmentReference) throws -> Int {
      if let place = known[segment] { return place }
      let start = encoded.count / model.encoding.width
      try model.encoding.append(segment.segment(of: trajectories, length: length), to: &encoded)
      known[segment] = groups.count
      groups.append(start..<encoded.count / model.encoding.width)
      return groups.count - 1
    }
    let places = try pairs.map { (try place($0.first), try place($0.second)) }
    let count = encoded.count / model.encoding.width
    let coordinates = coordinates(encoded, groups: groups, count: count)
    let numbers = numbers(encoded, groups: groups, count: count, coordinates: coordinates)
    return places.map { first, second in
      let pValues = [first, second].compactMap { numbers.distributional[$0] }
      var result = PairUncertainty(pValue: pValues.min() ?? 1)
      guard !pValues.isEmpty, result.pValue > level else { return result }
      if let one = numbers.aleatoric[first], let other = numbers.aleatoric[second] {
        result.aleatoric = (one + other) / 2
      }
      if let refits, let coordinates {
        coordinates.elements.withUnsafeBufferPointer { elements in
          guard let start = elements.baseAddress else { return }
          let width = coordinates.columns
          result.specificationSquare = refits.square(start + first * width, less: start + second * width)
        }
      }
      return result
    }
  }
}
