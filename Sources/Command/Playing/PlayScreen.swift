import Foundation
import Pactolus
import Reports

/// What people, or programs, see of episodes that are played.
final class PlayScreen {
  private let entry: EnvironmentEntry
  private let json: Bool
  private let isMoving: Bool
  private let films: Bool
  private let waits: Bool
  /// The finished and the unfinished episodes as clips, if a film is wanted.
  private(set) var clips: [Clip] = []
  private var frames: [Scene] = []
  private var last: PlayedEpisodes.Step?
  private var sums: [String: Double] = [:]
  /// Steps of this episode in which a trusted policy acted.
  private var takeovers = 0
  /// Steps of this episode that waited for a person, and those of them that were taken.
  private var (waited, allowed) = (0, 0)

  private static let framesPerSecond = 25.0

  init(_ entry: EnvironmentEntry, json: Bool, keyboard: Bool, films: Bool) {
    self.entry = entry
    self.json = json
    self.films = films
    isMoving = !json && isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    waits = !keyboard
  }

  private struct Start: Encodable {
    var environment: String
    var episode: Int
    var observation: String
  }

  /// An episode stands at its start.
  func begin(_ played: PlayedEpisodes) throws {
    closeEpisode()
    if json {
      try JSONLine.print(
        Start(
          environment: entry.specification.id, episode: played.position.episode,
          observation: PlayedEpisodes.digest(played.observation)))
    }
    try look(at: { played.scene }, words: "episode \(played.position.episode + 1)")
  }

  /// A step was taken.
  func show(_ step: PlayedEpisodes.Step, _ played: PlayedEpisodes) throws {
    last = step
    if step.fallback == true { takeovers += 1 }
    if let asked = step.asked {
      waited += 1
      if asked.allowed == true { allowed += 1 }
    }
    for (name, value) in step.rewards { sums[name, default: 0] += value }
    if json { try JSONLine.print(step) } else if !isMoving { Screen.write(words(step) + "\n", to: STDOUT_FILENO) }
    let isOver = step.terminated || step.truncated
    try look(at: { isOver ? played.finalScene ?? played.scene : played.scene }, words: words(step))
    if isOver { closeEpisode() }
  }

  /// Nothing more comes.
  func finish() throws { closeEpisode() }

  private func closeEpisode() {
    defer {
      last = nil
      sums = [:]
      takeovers = 0
      (waited, allowed) = (0, 0)
      frames = []
    }
    guard let last else { return }
    let end = last.terminated ? "ended" : last.truncated ? "time limit" : "cut short"
    let others = sums.keys.sorted().map { ", \($0) \(Self.number(sums[$0] ?? 0))" }.joined()
    let flips = last.flips.map { ", clean flips \($0.cleanFlips)" } ?? ""
    let trusted = last.fallback.map { _ in ", the trusted policy in \(takeovers)" } ?? ""
    let asked = waited > 0 ? ", \(waited) waited and \(allowed) of them were allowed" : ""
    let summary =
      "episode \(last.episode + 1): \(last.step + 1) steps\(trusted)\(asked), return \(Self.number(last.total))\(others)\(flips), \(end)"
    if !json { Screen.write(summary + "\n", to: STDOUT_FILENO) }
    if films, !frames.isEmpty {
      clips.append(
        Clip(
          title: "\(entry.specification.id), episode \(last.episode + 1)", frames: frames,
          framesPerSecond: Self.framesPerSecond,
          facts: [.init("return", Self.number(last.total)), .init("steps", "\(last.step + 1)")]))
    }
  }

  private func look(at scene: () -> Scene, words: String) throws {
    guard isMoving || films else { return }
    let scene = scene()
    if films { frames.append(scene) }
    guard isMoving else { return }
    let size = Self.terminal
    let picture = TerminalPicture.text(scene, columns: min(100, size.columns), rows: max(4, min(36, size.rows - 3)))
    // From the upper left corner, over the last picture; what was below it is cleared.
    Screen.write("\u{1B}[H\u{1B}[J\(picture)\(words)\n", to: STDOUT_FILENO)
    if waits { usleep(UInt32(1_000_000 / Self.framesPerSecond)) }
  }

  private static var terminal: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  private func words(_ step: PlayedEpisodes.Step) -> String {
    var action = step.action.map { Self.number(Double($0)) }.joined(separator: " ")
    if case .discrete(let names) = entry.specification.actionSpace { action = names[Int(step.action[0])] }
    let others = step.rewards.keys.sorted().map { "  \($0) \(Self.number(step.rewards[$0] ?? 0))" }.joined()
    return "step \(step.step + 1)  \(action)  reward \(Self.number(Double(step.reward)))\(others)"
      + "  return \(Self.number(step.total))" + (step.fallback == true ? "  (the trusted policy)" : "")
      + (step.asked.map { asked in
        switch asked.allowed {
        case true?: "  (allowed)"
        case false?: "  (not allowed)"
        case nil: "  (nobody answered)"
        }
      } ?? "")
  }

  private static func number(_ value: Double) -> String { NumberFormat.plain.text(value) }
}
