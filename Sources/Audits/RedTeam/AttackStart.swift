import Compute
import Environments

/// Where a plan begins: an episode begun again, and the actions up to there.
///
/// With the actions that follow it is enough to see a find again, bit for bit: an episode's chance follows from its
/// source, its slot and its number.
package struct AttackStart: Codable, Sendable, Hashable {
  /// The source of the batch that the episode belongs to.
  package var random: RandomSource
  package var slot: Int
  package var episode: Int
  /// Rows of actions from the episode's first step on.
  package var leading: [Float]

  package init(random: RandomSource, slot: Int, episode: Int = 0, leading: [Float] = []) {
    (self.random, self.slot, self.episode, self.leading) = (random, slot, episode, leading)
  }

  /// As `Batch` names the streams of its episodes.
  var stream: RandomStream { random.stream("environment/\(slot)", episode) }

  /// The same start, later by these actions.
  func later(by actions: some Sequence<Float>) -> AttackStart {
    var start = self
    start.leading += actions
    return start
  }

  /// The steps that lead there.
  func steps(_ specification: EnvironmentSpecification) -> Int { leading.count / specification.actionSpace.rowSize }

  package var position: EpisodePosition { EpisodePosition(slot: slot, episode: episode, step: 0) }
}

/// A start as a value to copy: the state, the chance that is left, and the steps that were taken.
struct AttackState<World: Environment> {
  var state: World.State
  var stream: RandomStream
  var steps: Int
  /// Whether the episode ended for good before the start was reached.
  var isOver = false

  /// Plays the episode up to the start. Complexity: O(steps).
  init(_ world: World, _ start: AttackStart, rowSize: Int) {
    var stream = start.stream
    var state = world.reset(random: &stream)
    var taken = 0
    let span = start.leading.span
    while (taken + 1) * rowSize <= start.leading.count {
      let row = span.extracting(taken * rowSize..<(taken + 1) * rowSize)
      taken += 1
      if world.step(&state, World.Action.read(row), random: &stream).terminated {
        isOver = true
        break
      }
    }
    (self.state, self.stream, steps) = (state, stream, taken)
  }
}
