import Compute

extension ChoiceSet {
  /// At most so many of the choices, drawn at random, in their order and under their numbers: for measurements whose cost
  /// is to stay within bounds. All of them where there are no more; of fewer, their own transitions alone.
  ///
  /// What lies around clips, which nobody judged, is left out.
  package func sample(_ most: Int, random: inout RandomStream) -> ChoiceSet {
    guard count > most else { return self }
    var result = subset(random.permutation(count).prefix(most).sorted())
    let width = encoding.width
    var places: [Range<Int>: Int] = [:]
    result.rows = []
    for option in result.optionStarts.indices where result.optionCounts[option] > 0 {
      let range = result.optionStarts[option]..<result.optionStarts[option] + result.optionCounts[option]
      let place = places[range] ?? result.rowCount
      if places[range] == nil { result.rows += rows[range.lowerBound * width..<range.upperBound * width] }
      (places[range], result.optionStarts[option]) = (place, place)
    }
    result.clipStarts = places.values.sorted()
    result.margins = [:]
    return result
  }
}
