import Environments
import Feedback

extension Messages {
  struct Guide: Encodable {
    struct Sign: Encodable {
      var mark: Guidance.Mark
      var role: Scene.Role
      var meaning: String
    }

    var project: String
    var goal: String
    var legend: [Sign]
    var unsure: String
    var instructions: String
    /// Whether there are pairs to practise on, and they are offered.
    var practice: Bool
    /// Whether this person is shown the guide before their first question.
    var introduces: Bool
    /// Whether this person may see how the run goes.
    var watches: Bool
    var mayEdit: Bool
    /// The owner's settings.
    var offersPractice: Bool?
    var annotatorsWatch: Bool?
  }

  struct GuideChange: Decodable {
    var instructions: String?
    var offersPractice: Bool?
    var annotatorsWatch: Bool?
  }

  struct Practice: Encodable {
    struct Pair: Encodable {
      var captions = ["left", "right"]
      var clips: [ClipPicture]
      /// "first" or "second": which earns more.
      var answer: String
      var returns: [Double]
    }

    var pairs: [Pair]
  }

  struct Own: Encodable {
    struct Rest: Encodable {
      /// Seconds since 1970: a stretch of work is known by its beginning.
      var since: Int
      var minutes: Int
    }

    var answers: Int
    var left: Int
    var round: Int
    var rounds: Int
    var perMinute: Double
    /// What is left at this pace; nil without a pace.
    var secondsLeft: Int?
    /// A break would do good; nil if not.
    var rest: Rest?
  }

  struct Lesson: Encodable {
    var taken: Int
    var before: ClipPicture?
    var after: ClipPicture?
  }

  struct History: Encodable {
    struct Given: Encodable {
      var answer: Int
      var question: Answered
    }

    /// A question as it was answered; its clips are their last frames, with the path to them.
    struct Answered: Encodable {
      var id: String
      var prompt: String
      var reply: ReplyForm
      var clips: [ClipPicture]
      var previous: Previous
    }

    var answers: [Given]
  }

  struct HistoryChange: Decodable { var answer: Int }
}
