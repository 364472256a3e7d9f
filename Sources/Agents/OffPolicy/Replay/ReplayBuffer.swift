import Compute
import Environments
import Foundation
import Rewards

/// The transitions of the last steps, in flat memory that is laid out once: a ring of steps, each a row per slot.
///
/// It keeps the environment's own reward of each transition beside the reward that the agent is told, so that the
/// latter can be asked again (``relabel(by:)``), and each transition's position in its episode: a row goes on from
/// another exactly if the positions follow one another, so sums over several steps never run past an end, a time limit
/// or the place where the ring closes. Memory that no step has reached yet is not touched.
package final class ReplayBuffer {
  package let specification: EnvironmentSpecification
  package let slots: Int
  /// Rows at most, a multiple of `slots`.
  package let capacity: Int
  package let observationSize: Int
  package let actionSize: Int

  /// Rows that hold a transition, and the first row of the next step.
  package private(set) var count = 0
  package private(set) var next = 0

  /// What was seen before the step, and after it, where observations are bytes; nil where they are not.
  package let bytes: ByteMemory?
  /// [capacity × observation size]: the same where they are not; empty where they are.
  package let observations: UnsafeMutablePointer<Float>
  package let nextObservations: UnsafeMutablePointer<Float>
  /// [capacity × action size]: what the networks know the action by, and what the environment was given.
  package let actions: UnsafeMutablePointer<Float>
  package let steppedActions: UnsafeMutablePointer<Float>
  /// The reward that the agent is told, and the environment's own.
  package let rewards: UnsafeMutablePointer<Float>
  package let ownRewards: UnsafeMutablePointer<Float>
  /// How far apart the members of the reward are; nil where nobody asks.
  package let disagreements: UnsafeMutablePointer<Float>?
  /// Whether the step ended the episode for good.
  package let terminated: UnsafeMutablePointer<Bool>
  /// The episode's number in its slot, and the step's number in it.
  package let episodes: UnsafeMutablePointer<Int32>
  package let steps: UnsafeMutablePointer<Int32>
  /// How likely each row is to be drawn, for prioritised replay.
  package let priorities: PriorityTree?

  private var blocks: [UnsafeMutableRawPointer] = []
  /// Bytes of some rows as numbers, for a reward; laid out when it is first asked.
  private var shownBefore: [Float] = []
  private var shownAfter: [Float] = []
  private static let shownRows = 64

  /// An empty buffer; `separateSteppedActions` says whether the environment is given other numbers than the networks,
  /// `keepsNumbers` that observations are kept as numbers even where they are bytes, and `keepsDisagreements` that the
  /// spread of the reward's members is remembered too.
  package init(
    capacity: Int, slots: Int, specification: EnvironmentSpecification,
    separateSteppedActions: Bool,
    prioritized: Bool, keepsNumbers: Bool = false, keepsDisagreements: Bool = false
  ) {
    precondition(slots > 0 && capacity > 0 && capacity % slots == 0, "whole steps of all slots")
    self.specification = specification
    self.slots = slots
    self.capacity = capacity
    observationSize = specification.observationSpace.count
    actionSize = specification.actionSpace.rowSize
    var blocks: [UnsafeMutableRawPointer] = []
    /// Zeros, which the system hands out page by page when they are first touched.
    func memory<Element: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Element> {
      guard let bytes = calloc(max(count, 1), MemoryLayout<Element>.stride) else {
        fatalError("no memory for \(count) numbers of replay")
      }
      blocks.append(bytes)
      return bytes.bindMemory(to: Element.self, capacity: max(count, 1))
    }
    bytes =
      specification.observesBytes && !keepsNumbers
      ? ByteMemory(capacity: capacity, specification: specification) : nil
    observations = memory(bytes == nil ? capacity * observationSize : 0)
    nextObservations = memory(bytes == nil ? capacity * observationSize : 0)
    actions = memory(capacity * actionSize)
    steppedActions = separateSteppedActions ? memory(capacity * actionSize) : actions
    rewards = memory(capacity)
    ownRewards = memory(capacity)
    disagreements = keepsDisagreements ? memory(capacity) : nil
    terminated = memory(capacity)
    episodes = memory(capacity)
    steps = memory(capacity)
    priorities = prioritized ? PriorityTree(capacity: capacity) : nil
    self.blocks = blocks
  }

  deinit { for block in blocks { free(block) } }

  /// Takes in the rows of one step, which were written from row ``next`` on.
  package func advance() {
    if let priorities {
      for row in next..<next + slots { priorities.setToLargest(row) }
    }
    next = (next + slots) % capacity
    count = min(count + slots, capacity)
  }

  /// Keeps what is seen before the step that comes, [slots × observation size].
  package func seeBefore(_ shown: UnsafePointer<Float>) {
    if let bytes {
      bytes.write(shown, row: next, count: slots)
    } else {
      (observations + next * observationSize).update(from: shown, count: slots * observationSize)
    }
  }

  /// Keeps what that step led to.
  package func seeAfter(_ shown: UnsafePointer<Float>) {
    if let bytes {
      bytes.writeNext(shown, row: next, count: slots, filled: count)
    } else {
      (nextObservations + next * observationSize).update(from: shown, count: slots * observationSize)
    }
  }

  /// Writes what some rows that lie one after the other are worth, nil being the environment's own reward, whose members
  /// do not disagree.
  func judge(from start: Int, count: Int, by reward: (any TransitionReward)?) {
    guard let reward else {
      (rewards + start).update(from: ownRewards + start, count: count)
      if let disagreements { (disagreements + start).update(repeating: 0, count: count) }
      return
    }
    guard let bytes else { return evaluate(rows(from: start, count: count), by: reward, from: start) }
    if shownBefore.isEmpty {
      shownBefore = [Float](repeating: 0, count: Self.shownRows * observationSize)
      shownAfter = shownBefore
    }
    for first in stride(from: start, to: start + count, by: Self.shownRows) {
      let rows = min(Self.shownRows, start + count - first)
      shownBefore.withUnsafeMutableBufferPointer { before in
        shownAfter.withUnsafeMutableBufferPointer { after in
          guard let before = before.baseAddress, let after = after.baseAddress else { return }
          for row in 0..<rows {
            bytes.read(first + row, into: before + row * observationSize)
            bytes.readNext(first + row, into: after + row * observationSize)
          }
          evaluate(
            TransitionRows(
              count: rows, observations: before, actions: steppedActions + first * actionSize, nextObservations: after,
              terminated: terminated + first, specification: specification), by: reward, from: first)
        }
      }
    }
  }

  private func evaluate(_ rows: TransitionRows, by reward: any TransitionReward, from start: Int) {
    if let disagreements {
      reward.evaluate(rows, into: rewards + start, disagreement: disagreements + start)
    } else {
      reward.evaluate(rows, into: rewards + start)
    }
  }

  /// A view of some rows that lie one after the other, where observations are kept as numbers.
  private func rows(from start: Int, count: Int) -> TransitionRows {
    TransitionRows(
      count: count, observations: observations + start * observationSize,
      actions: steppedActions + start * actionSize,
      nextObservations: nextObservations + start * observationSize, terminated: terminated + start,
      specification: specification)
  }

  /// Asks the reward for all that is remembered; nil puts back the environment's own.
  ///
  /// Whole at once rather than for each batch as it is drawn: a reward changes every few thousand steps, in which a
  /// batch of 256 per step asks many times for every row. Complexity: one evaluation for each row.
  package func relabel(by reward: (any TransitionReward)?) {
    guard count > 0 else { return }
    judge(from: 0, count: count, by: reward)
  }

  /// What the agent learns a row to be worth; `bonus` is what a standard deviation of the reward's members counts.
  @inline(__always)
  func told(_ row: Int, bonus: Float) -> Float {
    guard let disagreements else { return rewards[row] }
    return rewards[row] + bonus * disagreements[row]
  }

  /// The row of the next step of the same episode; nil if it is not there.
  func successor(of row: Int) -> Int? {
    let after = row + slots < capacity ? row + slots : row + slots - capacity
    guard after < count, episodes[after] == episodes[row], steps[after] == steps[row] + 1 else {
      return nil
    }
    return after
  }

  /// Takes the place in the ring from a snapshot whose rows have been written.
  func setPlace(count: Int, next: Int) {
    self.count = count
    self.next = next
  }
}
