extension Messages {
  /// A clip's path, and where a person drags it.
  struct BendRequest: Decodable {
    var question: String
    var clip: Int
    /// The clip as it was bent before; nil: as it was.
    var actions: [[Float]]?
    /// The frame that is dragged, and the first one that may change; nil: only the path is asked for.
    var frame: Int?
    var from: Int?
    /// Where to, in units of the picture's box.
    var x: Double?
    var y: Double?
  }

  struct Bent: Encodable {
    var picture: Played
    /// The whole clip's, from its first step on.
    var actions: [[Float]]
    /// The place of what acts in each frame, in units of the picture's box; empty where nothing in the picture is it.
    var path: [[Double]]
    /// How far the frame stayed from where it was dragged, as a share of the box's width; nil if nothing was dragged.
    var missed: Double?
  }
}
