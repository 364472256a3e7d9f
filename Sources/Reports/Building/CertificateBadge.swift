import Findings

/// A small picture of what a certificate comes to, for a README.
public struct CertificateBadge: Sendable {
  /// The drawing.
  public let svg: String

  /// Of this certificate: how many claims hold, and whether one fails.
  public init(_ certificate: Certificate) {
    let (holds, fails, all) = (certificate.count(.holds), certificate.count(.fails), certificate.claims.count)
    let words = fails > 0 ? "\(fails) of \(all) claims fail" : "\(holds) of \(all) claims hold"
    let colour = fails > 0 ? "#b3261e" : holds == all ? "#1b6e3c" : "#8a5a00"
    // Widths of the words in eleven points of a common sans-serif face, generously.
    let (left, right) = (64, 14 + 7 * words.count)
    svg = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(left + right)" height="20" role="img" aria-label="pactolus: \(words)">
      <title>pactolus: \(words)</title>
      <rect width="\(left + right)" height="20" rx="3" fill="#3d4451"/>
      <path d="M\(left) 0h\(right - 3)a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-\(right - 3)z" fill="\(colour)"/>
      <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
      <text x="8" y="14">pactolus</text>
      <text x="\(left + 7)" y="14">\(words)</text>
      </g>
      </svg>

      """
  }
}
