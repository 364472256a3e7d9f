import Pactolus
