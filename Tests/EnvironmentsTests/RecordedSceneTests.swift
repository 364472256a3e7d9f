import Compute
import Environments
import Recorded
import Testing

/// The pictures of every environment, as recorded.
@Suite("Pictures, shape for shape")
struct RecordedSceneTests {
  @Test(
    "at the start, in the middle and at the end of some steps",
    arguments: EnvironmentRegistry.standard.entries.map(\.specification.id))
  func scenes(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    let random = RandomSource(seed: 3)
    let clip = entry.randomClips(1, steps: 12, random: random)[0]
    let scenes = entry.replayScenes(
      start: EpisodePosition(slot: 0, episode: 0, step: 0), random: random, actions: clip.actions,
      range: 0..<clip.count)
    let text = [scenes[0], scenes[clip.count / 2], scenes[clip.count]].map { "\($0)" }.joined(separator: "\n")
    try Recorded.check(
      text.replacing("),", with: "),\n"), as: "scenes-" + id.replacing(/[^A-Za-z0-9]/, with: "-"))
  }
}
