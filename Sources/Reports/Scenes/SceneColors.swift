import Environments

/// The colours of roles where there is no style sheet: in pixels and in pictures that stand alone. Those of the report's
/// light page.
package enum SceneColors {
  /// What lies behind everything.
  package static let sky: UInt32 = 0xF3F1EA

  /// Red, green and blue of a role, as 0xRRGGBB.
  package static func color(_ role: Scene.Role) -> UInt32 {
    switch role {
    case .ground: 0xC9C3B4
    case .wall: 0x6D6A63
    case .track: 0xDCD6C6
    case .agent: 0x12688A
    case .joint: 0xB5780C
    case .goal: 0x2B7A57
    case .danger: 0xB2352D
    case .reward: 0xD49A1E
    case .neutral: 0x8B8F9A
    case .action: 0x6A4FA3
    }
  }

  /// The same as a style sheet writes it.
  static func text(_ color: UInt32) -> String {
    let digits = String(color, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
