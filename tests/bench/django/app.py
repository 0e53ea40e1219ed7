"""The peer to measure Gatehouse against: Django, Django REST framework and gunicorn over MariaDB, written plainly:
list events, scan a ticket.

Run:  DB_SOCKET=... gunicorn -w 4 -b 127.0.0.1:8095 app:application
Load: python3 app.py load 200000   (creates the schema in database `peer`)
"""
import os, sys, time
import jwt, django
from django.conf import settings

settings.configure(
    DEBUG=False, SECRET_KEY="peer-secret-peer-secret-peer-secret", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__,
    USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
    DATABASES={"default": {"ENGINE": "django.db.backends.mysql", "NAME": "peer", "USER": "root", "PASSWORD": "",
                           "CONN_MAX_AGE": 600, "HOST": os.environ["DB_SOCKET"]}},
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [__name__ + ".UsherAuth"],
                    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
                    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination", "PAGE_SIZE": 20},
)
from rest_framework.authentication import BaseAuthentication, get_authorization_header


class Usher:
    is_authenticated = True
    def __init__(self, claims): self.id, self.event_id = claims["usher_id"], claims["event_id"]


class UsherAuth(BaseAuthentication):
    def authenticate(self, request):
        h = get_authorization_header(request).split()
        if len(h) != 2: return None
        return Usher(jwt.decode(h[1], settings.SECRET_KEY, algorithms=["HS256"])), None


django.setup()
from django.db import models, transaction, connection
from django.urls import path
from django.utils import timezone
from django.core.wsgi import get_wsgi_application
from rest_framework import generics, serializers, permissions
from rest_framework.views import APIView
from rest_framework.response import Response


class Base(models.Model):
    class Meta: abstract = True; app_label = "peer"


class Venue(Base):
    name = models.CharField(max_length=120)


class Event(Base):
    title = models.CharField(max_length=200); description = models.TextField(); category = models.CharField(max_length=40)
    venue = models.ForeignKey(Venue, models.CASCADE); starts_at = models.DateTimeField(db_index=True); featured = models.BooleanField()


class Customer(Base):
    name = models.CharField(max_length=80); mobile = models.CharField(max_length=20, unique=True)
    blood_type = models.CharField(max_length=3); emergency_contact = models.CharField(max_length=80)


class Ticket(Base):
    event = models.ForeignKey(Event, models.CASCADE); customer = models.ForeignKey(Customer, models.CASCADE)
    code = models.CharField(max_length=32, unique=True); tier = models.CharField(max_length=20)
    status = models.CharField(max_length=12, default="valid"); scanned_at = models.DateTimeField(null=True)


class CheckinLog(Base):
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True); event = models.ForeignKey(Event, models.CASCADE)
    usher_id = models.BigIntegerField(); result = models.CharField(max_length=16); at = models.DateTimeField(auto_now_add=True)


class EventSerializer(serializers.ModelSerializer):
    venue = serializers.CharField(source="venue.name")
    class Meta: model = Event; fields = ["id", "title", "description", "category", "venue", "starts_at", "featured"]


class EventList(generics.ListAPIView):
    permission_classes = [permissions.AllowAny]
    serializer_class = EventSerializer
    queryset = Event.objects.select_related("venue").order_by("starts_at")


class ScanResult(APIView):
    permission_classes = [permissions.IsAuthenticated]
    def post(self, request):
        code, u = request.data["code"], request.user
        with transaction.atomic():
            t = Ticket.objects.select_related("customer").filter(code=code, event_id=u.event_id).first()
            if not t: result = "not_found"
            elif Ticket.objects.filter(pk=t.pk, status="valid").update(status="used", scanned_at=timezone.now()): result = "valid"
            else: result = "already_scanned"
            CheckinLog.objects.create(ticket=t, event_id=u.event_id, usher_id=u.id, result=result)
        return Response({"result": result, "attendee": t and {"name": t.customer.name, "tier": t.tier, "blood_type": t.customer.blood_type,
                                                              "emergency_contact": t.customer.emergency_contact}})


urlpatterns = [path("api/v1/public/events/", EventList.as_view()), path("api/usher/scan/result/", ScanResult.as_view())]
application = get_wsgi_application()

if __name__ == "__main__" and sys.argv[1:2] == ["load"]:
    n = int(sys.argv[2])
    with connection.schema_editor() as ed:
        for m in (Venue, Event, Customer, Ticket, CheckinLog): ed.create_model(m)
    with connection.cursor() as c:
        c.execute("insert into peer_venue(name) values('Main hall')")
        c.execute("insert into peer_event(title,description,category,venue_id,starts_at,featured) select concat('Event ',seq),repeat('words ',40),'music',1,now() + interval seq hour,0 from seq_1_to_500")
        c.execute(f"insert into peer_customer(name,mobile,blood_type,emergency_contact) select concat('Person ',seq),concat('+1',seq),'O+','someone' from seq_1_to_{n}")
        c.execute(f"insert into peer_ticket(event_id,customer_id,code,tier,status) select 1,seq,md5(seq),'standard','valid' from seq_1_to_{n}")
    print(jwt.encode({"usher_id": 1, "event_id": 1, "exp": int(time.time()) + 86400}, settings.SECRET_KEY, algorithm="HS256"))
