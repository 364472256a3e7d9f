/// What this build is called.
enum Release {
  static let version = "0.1.0"
}
