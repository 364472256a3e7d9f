import Compute
import Files
import Foundation

/// A batch between two steps, whole. JSON keeps it readable and exact: Swift prints the shortest decimal that reads
/// back as the same number; the flat buffers, whose bits matter and whose values are not for reading, are raw bytes.
private struct BatchSnapshot<State: Codable>: Codable {
  var environment: String
  var states: [State]
  var streams: [RandomStream]
  var episodes: [Int]
  var steps: [Int]
  var observations: Data
  var finalObservations: Data
  var rewards: Data
  var terminated: [Bool]
  var truncated: [Bool]
}

extension Batch {
  public func snapshot() throws -> Data {
    try JSON.encode(
      BatchSnapshot(
        environment: specification.id,
        states: Array(UnsafeBufferPointer(start: slots.states, count: count)),
        streams: Array(UnsafeBufferPointer(start: slots.streams, count: count)),
        episodes: Array(UnsafeBufferPointer(start: slots.episodes, count: count)),
        steps: Array(UnsafeBufferPointer(start: slots.steps, count: count)),
        observations: bytes(of: observations), finalObservations: bytes(of: finalObservations),
        rewards: bytes(of: rewards), terminated: Array(terminated), truncated: Array(truncated)), .snapshot)
  }

  private func bytes(of column: BatchColumn<Float>) -> Data {
    column.withContiguousStorageIfAvailable { Data(buffer: $0) } ?? Data()
  }

  /// Takes over a snapshot of a batch of the same environment and size; a foreign or damaged one is refused and leaves
  /// this batch as it was.
  public func restore(_ snapshot: Data) throws {
    let saved: BatchSnapshot<E.State>
    do {
      saved = try JSON.decode(BatchSnapshot<E.State>.self, from: snapshot)
    } catch {
      throw InputError(
        "the snapshot of a batch of '\(specification.id)' cannot be read", remedy: "the file is damaged or foreign")
    }
    guard saved.environment == specification.id else {
      throw InputError("the snapshot is of '\(saved.environment)', not of '\(specification.id)'")
    }
    let floats = MemoryLayout<Float>.size
    let lengths = [
      saved.states.count, saved.streams.count, saved.episodes.count, saved.steps.count, saved.terminated.count,
      saved.truncated.count, saved.rewards.count / floats,
    ]
    guard lengths.allSatisfy({ $0 == count }) else {
      throw InputError("the snapshot of '\(specification.id)' holds \(saved.states.count) episodes, the batch \(count)")
    }
    guard saved.observations.count == observations.count * floats,
      saved.finalObservations.count == observations.count * floats, saved.rewards.count == count * floats
    else { throw InputError("the snapshot of '\(specification.id)' has observations of another size") }
    guard saved.steps.allSatisfy({ $0 >= 0 }), saved.episodes.allSatisfy({ $0 >= 0 }) else {
      throw InputError("the snapshot of '\(specification.id)' has a negative episode or step")
    }
    guard zip(saved.streams, 0..<count).allSatisfy({ $0.key == slots.keys[$1] }) else {
      throw InputError("the snapshot of '\(specification.id)' belongs to a run with another seed")
    }

    for slot in 0..<count {
      slots.states[slot] = saved.states[slot]
      slots.streams[slot] = saved.streams[slot]
      slots.episodes[slot] = saved.episodes[slot]
      slots.steps[slot] = saved.steps[slot]
      slots.terminated[slot] = saved.terminated[slot]
      slots.truncated[slot] = saved.truncated[slot]
    }
    func copy(_ data: Data, to memory: UnsafeMutablePointer<Float>) {
      data.copyBytes(to: UnsafeMutableRawBufferPointer(start: memory, count: data.count))
    }
    copy(saved.observations, to: slots.observations)
    copy(saved.finalObservations, to: slots.finalObservations)
    copy(saved.rewards, to: slots.rewards)
  }
}
