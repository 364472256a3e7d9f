/// What shows the score of an Atari game, to be hidden from the agent, the reward model and people: it tells what the
/// true reward is.
///
/// Which games: the seven of Christiano et al. (2017), who black out the score area, and BeamRider's count of enemies
/// and Enduro's instruments too. Rows and columns were read off screens of ale-py 0.12.1. Bytes: where the ALE itself
/// reads the score (`src/ale/games/supported/*.cpp`, 0x80 less), and the copy in Breakout's byte 84 that AtariARI
/// names (mila-iqia, `atari-representation-learning`).
struct AtariMasks: Encodable, Sendable, Hashable {
  /// Top, bottom, left and right of each area, the second and the fourth not included, on a screen of 210 × 160.
  var areas: [[Int]]
  /// Indices of the console's 128 bytes.
  var bytes: [Int]
  /// What else than the score is hidden.
  var besides: String?

  static let noWords = "the score is visible"

  /// For a list.
  var words: String {
    guard !areas.isEmpty else { return Self.noWords }
    return "score\(besides.map { ", \($0)" } ?? "") painted out"
  }

  static let known: [String: AtariMasks] = [
    "BeamRider": AtariMasks(areas: [[0, 43, 0, 160]], bytes: [9, 10, 11], besides: "sector and enemies left"),
    "Breakout": AtariMasks(areas: [[0, 17, 0, 160]], bytes: [76, 77, 84], besides: "lives"),
    "Enduro": AtariMasks(areas: [[155, 210, 0, 160]], bytes: [43, 44, 45], besides: "distance and day"),
    "Pong": AtariMasks(areas: [[0, 24, 0, 160]], bytes: [13, 14]),
    "Qbert": AtariMasks(areas: [[0, 14, 0, 160]], bytes: [89, 90, 91]),
    "Seaquest": AtariMasks(areas: [[0, 20, 0, 160]], bytes: [56, 57, 58]),
    "SpaceInvaders": AtariMasks(
      areas: [[0, 24, 0, 160]], bytes: [102, 104], besides: "the command ship that flies there"),
  ]

  private enum CodingKeys: String, CodingKey { case areas, bytes }
}
