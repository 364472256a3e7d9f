import Compute
import Environments
import Recorded
import Testing

/// The pictures of every environment, as recorded.
@Suite("Pictures, shape for shape")
struct RecordedSceneTests {
  @Test("and what each of them promises: spaces, names, bounds, limits, presets, features, what can be earned")
  func specifications() throws {
    let text = EnvironmentRegistry.standard.entries.map { entry in
      let specification = entry.specification
      var lines = ["\(specification)".replacing(", ", with: ",\n  ")]
      lines.append("returns \(entry.returns)")
      for preset in [entry.preset].compactMap(\.self) + entry.namedPresets {
        lines.append("preset \(preset.name): \(preset.summary) \(preset.caution ?? "")")
        lines += preset.values.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
      }
      lines += entry.features.map { "feature \($0.name): \($0.summary)" }
      lines += entry.namedRewards.map { "reward \($0.name)" }
      return lines.joined(separator: "\n")
    }
    try Recorded.check(text.joined(separator: "\n\n") + "\n", as: "specifications")
  }

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
