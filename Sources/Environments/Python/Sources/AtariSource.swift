import Compute
import Files
import Foundation

/// Atari games of the Arcade Learning Environment: `ale/Pong-v5`, `ale/Pong-v5:obs=ram,sticky=0`.
///
/// The emulator (`ale-py`, GPL-2.0-only, which brings the games) runs in a process of its own and is only spoken to. An
/// action is held for four frames; what is seen is the greater of the last two frames in 84 × 84 shades of grey, four
/// of these below one another, the oldest on top. An episode begins with one to `noops` idle frames and ends with the
/// game, not with a life, or after `max_episode_steps`. The reward is the game's, unclipped.
///
/// | option | default | |
/// |---|---|---|
/// | `obs` | `image` | `ram`: the console's 128 bytes instead, without those that hold the score; `bits`: their bits |
/// | `sticky` | 0.25 | chance that a frame repeats the action before, as in the `v5` ids |
/// | `noops` | 30 | the most idle frames at the start; 0 for none |
/// | `full_actions` | `false` | all 18 actions instead of those that the game uses |
/// | `mode`, `difficulty` | the game's | |
/// | `max_episode_steps` | 27000 | half an hour of play |
///
/// Of a byte's eight bits the highest comes first: a network's first layer then tells numbers apart, signed ones too,
/// that differ by one.
///
/// In the seven games of Christiano et al. (2017) what shows the score is painted out for everyone: the agent, the
/// reward model and people (``EnvironmentListing/summary`` says so); in others nothing is.
public struct AtariSource: EnvironmentSource {
  private let shelf: PythonShelf

  /// - Parameters:
  ///   - interpreter: the Python that has Gymnasium and ale-py.
  ///   - processes: the most processes that step one environment; by default one for each core.
  ///   - timeout: how long a step may take until its process counts as hanging, in seconds.
  public init(
    interpreter: PythonInterpreter = PythonInterpreter(),
    processes: Int = ProcessInfo.processInfo.activeProcessorCount, timeout: Double = 60
  ) {
    shelf = PythonShelf(
      PythonWorkers.Settings(interpreter: interpreter, processes: processes, timeout: timeout))
  }

  public var prefix: String { "ale/" }
  public var summary: String { "Atari games, 84 × 84 × 4 or the console's memory" }
  private static let setUp = "./pactolus setup atari"
  public var install: String? { Self.setUp }
  public var availability: EnvironmentAvailability {
    shelf.availability(of: ["gymnasium", "ale-py"], install: Self.setUp)
  }

  /// The games that ale-py 0.12.1 brings.
  public var listing: [EnvironmentListing] {
    AtariGames.names.map { name in
      let masks = AtariMasks.known[name]
      return EnvironmentListing(
        id: "\(prefix)\(name)-v5", summary: "Atari: \(name); " + (masks?.words ?? AtariMasks.noWords))
    }
  }

  public func entry(_ id: String) throws -> EnvironmentEntry {
    try shelf.entry(id) {
      let options = try EnvironmentOptions(id: String(id.dropFirst(prefix.count)))
      try options.allow(only: [
        "obs", "sticky", "noops", "full_actions", "mode", "difficulty", "max_episode_steps",
      ])
      let view = try options.value("obs", among: ["image", "ram", "bits"], default: "image")
      let sticky = try number("sticky", options, default: 0.25, within: 0...1)
      let limit = try number("max_episode_steps", options, default: 27_000, within: 1...10_000_000)
      let full = try options.value("full_actions", among: ["true", "false"], default: "false") == "true"
      let atari: [String: JSONValue] = [
        "obs": .string(view), "sticky": .number(sticky), "full_actions": .bool(full),
        "noops": .number(try number("noops", options, default: 30, within: 0...1_000).rounded()),
        "mode": try whole("mode", options), "difficulty": try whole("difficulty", options),
      ]
      let game = options.name.replacing("-v5", with: "")
      let masks = AtariMasks.known[game] ?? AtariMasks(areas: [], bytes: [])
      let definition = PythonDefinition(kind: "ale", id: options.name, atari: atari, masks: masks)
      return try shelf.entry(
        id: id, definition: definition, limit: Int(limit),
        summary: { _ in "Atari: \(game); \(masks.words); sticky actions \(sticky)" },
        source: {
          "ale-py \($0.ale ?? "?"), Gymnasium \($0.gymnasium ?? "?"), Python \($0.python), in a process of its own"
        })
    }
  }

  private func number(
    _ key: String, _ options: EnvironmentOptions, default standard: Double, within range: ClosedRange<Double>
  ) throws -> Double {
    guard let text = options.values[key] else { return standard }
    guard let number = Double(text), range.contains(number) else {
      throw InputError(
        "'\(text)' is no value of '\(key)'", at: options.name,
        remedy: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private func whole(_ key: String, _ options: EnvironmentOptions) throws -> JSONValue {
    guard options.values[key] != nil else { return .null }
    return .number(try number(key, options, default: 0, within: 0...1_000).rounded())
  }
}
