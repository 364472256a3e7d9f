import Compute
import Files
import Foundation
import Rewards

extension ChoiceSet {
  private struct State: Codable {
    var encoding: TransitionEncoding
    var optionStarts: [Int]
    var optionCounts: [Int]
    var optionWeightStarts: [Int]
    var choiceStarts: [Int]
    var rationalities: [Double]
    var lapses: [Double]
    var links: [ChoiceLink]
    var optionOffsets: [Float]
    var numbers: [Int]
    var clipStarts: [Int]
    var rowCount: Int
    var weightCount: Int
    var margins: [Int: Margin]?
  }

  /// The whole set: `choices/rows` [rows × width], `choices/weights` and `choices/targets` as tensors, the rest as
  /// JSON.
  public func snapshot() throws -> TensorSnapshot {
    let state = State(
      encoding: encoding, optionStarts: optionStarts, optionCounts: optionCounts,
      optionWeightStarts: optionWeightStarts, choiceStarts: choiceStarts, rationalities: rationalities,
      lapses: lapses, links: links, optionOffsets: optionOffsets, numbers: numbers, clipStarts: clipStarts,
      rowCount: rowCount,
      weightCount: weights.count, margins: margins.isEmpty ? nil : margins)
    return TensorSnapshot(
      tensors: [
        NamedTensor("choices/rows", shape: [rowCount, encoding.width], values: rows),
        NamedTensor("choices/targets", shape: [targets.count], values: targets),
        NamedTensor("choices/weights", shape: [weights.count], values: weights),
      ], json: try JSON.encode(state, .snapshot))
  }

  /// The set that ``snapshot()`` described; checked as if its choices were appended again.
  ///
  /// - Throws: `InputError` if the snapshot is not one of a choice set, or contradicts itself.
  public init(_ snapshot: TensorSnapshot) throws {
    let state: State
    do {
      state = try JSON.decode(State.self, from: snapshot.json)
    } catch {
      throw InputError("the snapshot of the choices cannot be read", remedy: "use a checkpoint that is whole")
    }
    let contradiction = InputError(
      "the snapshot of the choices contradicts itself", remedy: "use a checkpoint that is whole")
    let options = state.optionStarts.count
    guard state.rowCount >= 0, state.weightCount >= 0, state.optionCounts.count == options,
      state.optionWeightStarts.count == options, state.optionOffsets.count == options,
      state.links.count == state.rationalities.count, state.choiceStarts.first == 0, state.choiceStarts.last == options,
      state.rationalities.count == state.choiceStarts.count - 1, state.lapses.count == state.rationalities.count,
      state.numbers.count == state.rationalities.count, state.numbers.allSatisfy({ $0 >= 0 }),
      state.clipStarts.allSatisfy({ $0 >= 0 && $0 < state.rowCount }),
      zip(state.clipStarts, state.clipStarts.dropFirst()).allSatisfy(<),
      zip(state.choiceStarts, state.choiceStarts.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw contradiction }

    self.init(state.encoding)
    rows = try snapshot.tensor("choices/rows", count: state.rowCount * encoding.width)
    guard rows.allSatisfy(\.isFinite) else { throw contradiction }
    let allTargets = try snapshot.tensor("choices/targets", count: options)
    let allWeights = try snapshot.tensor("choices/weights", count: state.weightCount)
    for choice in state.rationalities.indices {
      let range = state.choiceStarts[choice]..<state.choiceStarts[choice + 1]
      var grounded: [GroundedOption] = []
      for option in range {
        let (start, count) = (state.optionStarts[option], state.optionCounts[option])
        guard start >= 0, count >= 0, start + count <= state.rowCount else { throw contradiction }
        let weightStart = state.optionWeightStarts[option]
        guard weightStart == -1 || (weightStart >= 0 && weightStart + count <= allWeights.count) else {
          throw contradiction
        }
        let optionWeights = weightStart == -1 ? nil : Array(allWeights[weightStart..<weightStart + count])
        grounded.append(
          GroundedOption(start..<start + count, weights: optionWeights, offset: state.optionOffsets[option]))
      }
      try append(
        grounded, target: Array(allTargets[range]), rationality: state.rationalities[choice],
        lapse: state.lapses[choice], link: state.links[choice])
    }
    let margins = state.margins ?? [:]
    guard
      margins.allSatisfy({ start, margin in
        margin.before >= 0 && margin.after >= 0 && start >= Int(margin.before) && start < state.rowCount
      }),
      zip(state.optionStarts, state.optionCounts).allSatisfy({ start, count in
        start + count + Int(margins[start]?.after ?? 0) <= state.rowCount
      })
    else { throw contradiction }
    self.margins = margins
    numbers = state.numbers
    clipStarts = state.clipStarts
  }
}
